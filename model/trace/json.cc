// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/json.h"

#include <fmt/format.h>

#include <iterator>

#include "base/numbers.h"

namespace lvs::trace {

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  std::optional<Json> read(std::string& error) {
    Json value;
    if (value_of(value, 0)) {
      skip_space();
      if (at_ == text_.size()) return value;
      what_ = "text behind the value";
    }
    error = fmt::format("{} at byte {}", what_, at_);
    return {};
  }

 private:
  static constexpr int kDeepest = 64;

  bool fail(const char* what) {
    what_ = what;
    return false;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool word(std::string_view expected, Json& value, Json::Type type) {
    if (text_.substr(at_, expected.size()) != expected) return fail("no JSON value");
    at_ += expected.size();
    value.type_ = type;
    value.text_ = expected;
    return true;
  }

  bool value_of(Json& value, int depth) {
    if (depth > kDeepest) return fail("too deep");
    switch (peek()) {
      case '{': return object(value, depth);
      case '[': return array(value, depth);
      case '"': value.type_ = Json::Type::string; return string(value.text_);
      case 't': return word("true", value, Json::Type::boolean);
      case 'f': return word("false", value, Json::Type::boolean);
      case 'n': return word("null", value, Json::Type::null);
      default: return number(value);
    }
  }

  bool number(Json& value) {
    const std::size_t end = std::min(text_.find_first_not_of("0123456789+-.eE", at_), text_.size());
    if (end == at_) return fail("no JSON value");
    value.type_ = Json::Type::number;
    value.text_ = text_.substr(at_, end - at_);
    at_ = end;
    return true;
  }

  bool array(Json& value, int depth) {
    value.type_ = Json::Type::array;
    ++at_;
    if (peek() == ']') return ++at_, true;
    for (;;) {
      if (!value_of(value.items_.emplace_back(), depth + 1)) return false;
      const char next = peek();
      ++at_;
      if (next == ']') return true;
      if (next != ',') return --at_, fail("',' or ']' expected");
    }
  }

  bool object(Json& value, int depth) {
    value.type_ = Json::Type::object;
    ++at_;
    if (peek() == '}') return ++at_, true;
    for (;;) {
      if (peek() != '"') return fail("a name expected");
      auto& [name, member] = value.members_.emplace_back();
      if (!string(name)) return false;
      if (peek() != ':') return fail("':' expected");
      ++at_;
      if (!value_of(member, depth + 1)) return false;
      const char next = peek();
      ++at_;
      if (next == '}') return true;
      if (next != ',') return --at_, fail("',' or '}' expected");
    }
  }

  std::optional<std::uint32_t> hex4() {
    if (text_.size() - at_ < 4) return {};
    const auto code = base::number<std::uint32_t>(text_.substr(at_, 4), 16);
    if (code) at_ += 4;
    return code;
  }

  bool escape(std::string& out) {
    if (at_ >= text_.size()) return fail("a string without end");
    switch (const char c = text_[at_++]) {
      case 'n': out += '\n'; return true;
      case 't': out += '\t'; return true;
      case 'r': out += '\r'; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case '"':
      case '\\':
      case '/': out += c; return true;
      case 'u': break;
      default: return fail("an unknown escape");
    }
    auto code = hex4();
    if (!code) return fail("an incomplete escape");
    if (*code >= 0xd800 && *code < 0xdc00 && text_.substr(at_, 2) == "\\u") {  // the first half of a pair
      const std::size_t before = at_;
      at_ += 2;
      const auto low = hex4();
      if (low && *low >= 0xdc00 && *low < 0xe000) {
        code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
      } else {
        at_ = before;
      }
    }
    if (*code >= 0xd800 && *code < 0xe000) code = 0xfffd;
    append_utf8(out, *code);
    return true;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
      return;
    }
    if (code < 0x800) {
      out += static_cast<char>(0xc0 | code >> 6);
    } else {
      if (code < 0x10000) {
        out += static_cast<char>(0xe0 | code >> 12);
      } else {
        out += static_cast<char>(0xf0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
      }
      out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    }
    out += static_cast<char>(0x80 | (code & 0x3f));
  }

  bool string(std::string& out) {
    for (++at_; at_ < text_.size();) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return fail("a string without end");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const char* what_ = "";
};

std::optional<Json> Json::parse(std::string_view text, std::string& error) { return JsonReader(text).read(error); }

const Json& Json::operator[](std::string_view name) const {
  static const Json none;
  for (const auto& [known, member] : members_) {
    if (known == name) return member;
  }
  return none;
}

std::int64_t Json::integer(std::int64_t otherwise) const {
  return type_ == Type::number ? base::number<std::int64_t>(text_).value_or(otherwise) : otherwise;
}
std::uint64_t Json::natural(std::uint64_t otherwise) const {
  return type_ == Type::number ? base::number<std::uint64_t>(text_).value_or(otherwise) : otherwise;
}

}  // namespace lvs::trace
