// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/ip/listing.h"

#include <fmt/format.h>

#include <utility>

namespace lvs::control::ip {

std::string painted(bool color, Paint paint, std::string_view text) {
  if (!color || paint == Paint::none) return std::string(text);
  const int code = paint == Paint::name   ? 36
                   : paint == Paint::mac  ? 33
                   : paint == Paint::inet ? 35
                   : paint == Paint::up   ? 32
                                          : 31;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void Listing::put(std::string_view key, const JsonValue& value, std::string_view text) {
  if (!json_) {
    text_ += text;
    return;
  }
  begin_value(key);
  write(value);
}

void Listing::element(const JsonValue& value, std::string_view text) { put({}, value, text); }

// jsonw_name(): the comma, the line and the name.
void Listing::begin_value(std::string_view key) {
  if (!std::exchange(first_, false)) text_ += ',';
  if (key.empty()) return;
  end_line();
  quote(key);
  text_ += pretty_ ? ": " : ":";
}

void Listing::end_line() {
  if (!pretty_) return;
  text_ += '\n';
  text_.append(depth_ * 4, ' ');
}

void Listing::open(std::string_view key, char bracket) {
  if (!json_) return;
  begin_value(key);
  text_ += bracket;
  if (pretty_ && bracket == '[') text_ += ' ';
  ++depth_;
  first_ = true;
}

void Listing::close(char bracket) {
  if (!json_) return;
  --depth_;
  if (bracket == ']') {
    if (pretty_ && !first_) text_ += ' ';
  } else if (!first_) {
    end_line();
  }
  text_ += bracket;
  first_ = false;
}

void Listing::write(const JsonValue& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) {
    quote(*text);
  } else if (const auto* const number = std::get_if<std::uint64_t>(&value)) {
    text_ += std::to_string(*number);
  } else if (const auto* const truth = std::get_if<bool>(&value)) {
    text_ += *truth ? "true" : "false";
  } else {
    text_ += "null";
  }
}

// jsonw_puts().
void Listing::quote(std::string_view text) {
  text_ += '"';
  for (const char c : text) {
    switch (c) {
      case '\t': text_ += "\\t"; break;
      case '\n': text_ += "\\n"; break;
      case '\r': text_ += "\\r"; break;
      case '\f': text_ += "\\f"; break;
      case '\b': text_ += "\\b"; break;
      case '\\': text_ += "\\\\"; break;
      case '"': text_ += "\\\""; break;
      default: text_ += c;
    }
  }
  text_ += '"';
}

std::string Listing::take() {
  if (json_) text_ += '\n';
  first_ = true;
  depth_ = 0;
  return std::exchange(text_, {});
}

}  // namespace lvs::control::ip
