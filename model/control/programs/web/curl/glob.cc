// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/curl/glob.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/numbers.h"

namespace lvs::control {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// One part of the word: a text alone, or all that a pattern stands for.
struct Choice {
  std::vector<std::string> texts;
  bool is_pattern = false;
};

// The positions that complaints name are those of curl, which does not count the closing brace of a set.
class GlobReader {
 public:
  explicit GlobReader(std::string_view text) : text_(text) {}

  bool run() {
    while (!rest().empty() && complaint_.empty()) {
      const char first = rest().front();
      if (first == '{') {
        set();
      } else if (first == '[' && !at_ipv6()) {
        range();
      } else {
        fixed();
      }
    }
    return complaint_.empty();
  }

  const std::vector<Choice>& choices() const { return choices_; }
  const std::string& complaint() const { return complaint_; }
  bool too_many() const { return too_many_; }

 private:
  std::string_view rest() const { return text_.substr(at_); }
  void advance(std::size_t count) {
    at_ += count;
    position_ += count;
  }
  void complain(std::string_view what, std::size_t position) {
    complaint_ = fmt::format("{} in URL position {}:\n{}\n{:{}}^", what, position, text_, ' ', position - 1);
  }
  // "[::1]", and "[]".
  bool at_ipv6() const {
    const std::string_view inner = rest().substr(1, std::min(rest().find(']'), rest().size() - 1) - 1);
    if (rest().starts_with("[]")) return true;
    return rest().find(']') != std::string_view::npos && inner.find(':') != std::string_view::npos &&
           inner.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string_view::npos;
  }

  void fixed() {
    std::string literal;
    while (!rest().empty()) {
      const char c = rest().front();
      if (c == '{') break;
      if (c == '[') {
        if (!at_ipv6()) break;
        const std::size_t size = rest().find(']') + 1;
        literal += rest().substr(0, size);
        advance(size);
        continue;
      }
      if (c == '}' || c == ']') return complain("unmatched close brace/bracket", position_);
      if (c == '\\' && rest().size() > 1 && std::string_view("{[}]").find(rest()[1]) != std::string_view::npos)
        advance(1);
      literal += rest().front();
      advance(1);
    }
    choices_.push_back({{std::move(literal)}});
  }

  void set() {
    const std::size_t open = position_;
    advance(1);
    Choice choice{.is_pattern = true};
    std::string element;
    if (rest().starts_with('}')) return complain("empty string within braces", position_);
    while (true) {
      if (rest().empty()) return complain("unmatched brace", open);
      const char c = rest().front();
      if (c == '{' || c == '[') return complain("nested brace", position_);
      if (c == ']') return complain("unexpected close bracket", position_);
      if (c == '}' || c == ',') {
        choice.texts.push_back(std::move(element));
        element.clear();
        if (c == '}') break;
        advance(1);
        continue;
      }
      if (c == '\\' && rest().size() > 1) advance(1);
      element += rest().front();
      advance(1);
    }
    ++at_;
    choices_.push_back(std::move(choice));
  }

  void range() {
    advance(1);
    if (!rest().empty() && is_letter(rest().front())) return letters();
    if (!rest().empty() && is_digit(rest().front())) return numbers();
    complain("bad range specification", position_);
  }

  // [a-z], [a-z:2]
  void letters() {
    constexpr std::size_t kShortest = 4;
    const std::string_view all = rest();
    if (all.size() < kShortest || all[1] != '-') return complain("bad range", position_);
    const char first = all[0], last = all[2];
    std::optional<unsigned> step = 1;
    std::size_t size = kShortest;
    if (all[3] == ':') {
      std::string_view digits = all.substr(kShortest);
      step = base::take_number<unsigned>(digits);
      if (step && digits.starts_with(']')) {
        size = all.size() - digits.size() + 1;
      } else {
        step.reset();
        size = 0;
      }
    } else if (all[3] != ']') {
      step.reset();
      size = 0;
    }
    advance(size);
    const int length = last - first;
    if (!step || !fits(static_cast<unsigned>(std::max(length, 0)), *step, first > last) || length > 'z' - 'a')
      return complain("bad range", position_);
    Choice choice{.is_pattern = true};
    for (int c = first; c <= last; c += static_cast<int>(*step)) choice.texts.emplace_back(1, static_cast<char>(c));
    choices_.push_back(std::move(choice));
  }

  static bool fits(std::uint64_t length, std::uint64_t step, bool backwards) {
    return !backwards && step != 0 && (length == 0 ? step == 1 : step <= length);
  }

  // [1-10], [001-100], [1-10:3]
  void numbers() {
    const std::string_view all = rest();
    const std::size_t zeros = all[0] == '0' ? std::min(all.find_first_not_of("0123456789"), all.size()) : 0;
    std::string_view left = all;
    const auto first = base::take_number<std::uint64_t>(left);
    std::optional<std::uint64_t> last, step = 1;
    if (first && left.starts_with('-')) {
      left.remove_prefix(1);
      left.remove_prefix(std::min(left.find_first_not_of(" \t"), left.size()));
      std::string_view tail = left;
      last = base::take_number<std::uint64_t>(tail);
      if (last && tail.starts_with(':')) {
        tail.remove_prefix(1);
        left = tail;
        step = base::take_number<std::uint64_t>(tail);
      }
      if (tail.starts_with(']')) {
        tail.remove_prefix(1);
        left = tail;
      } else {
        last.reset();
      }
    } else {
      left = all;
    }
    advance(all.size() - left.size());
    if (!first || !last || !step || !fits(*last - *first, *step, *first > *last))
      return complain("bad range", position_);
    const std::uint64_t more = (*last - *first) / *step;  // behind the first
    if (more >= CurlGlob::kMost || zeros * (more + 1) > CurlGlob::kMostBytes) {
      too_many_ = true;
      at_ = text_.size();
      return;
    }
    Choice choice{.is_pattern = true};
    for (std::uint64_t i = 0; i <= more; ++i) choice.texts.push_back(fmt::format("{:0{}}", *first + i * *step, zeros));
    choices_.push_back(std::move(choice));
  }

  std::string_view text_;
  std::size_t at_ = 0, position_ = 1;
  std::vector<Choice> choices_;
  std::string complaint_;
  bool too_many_ = false;
};

}  // namespace

// The last pattern changes fastest.
CurlGlob expand_curl_glob(std::string_view text) {
  CurlGlob result;
  GlobReader reader(text);
  const bool good = reader.run();
  result.complaint = reader.complaint();
  result.too_many = reader.too_many();
  if (!good || result.too_many) return result;
  result.urls.push_back({});
  for (const Choice& choice : reader.choices()) {
    const std::size_t count = result.urls.size() * choice.texts.size();
    if (count > CurlGlob::kMost || count * text.size() > CurlGlob::kMostBytes) {
      result.too_many = true;
      result.urls.clear();
      return result;
    }
    std::vector<CurlGlobbed> longer;
    for (const CurlGlobbed& begun : result.urls) {
      for (const std::string& piece : choice.texts) {
        longer.push_back(begun);
        longer.back().url += piece;
        if (choice.is_pattern) longer.back().parts.push_back(piece);
      }
    }
    result.urls = std::move(longer);
  }
  return result;
}

std::string with_glob_parts(std::string_view name, const std::vector<std::string>& parts) {
  std::string result;
  while (!name.empty()) {
    std::string_view digits = name.substr(1);
    const auto number = name.front() == '#' ? base::take_number<std::size_t>(digits) : std::nullopt;
    if (number && *number >= 1 && *number <= parts.size()) {
      result += parts[*number - 1];
      name = digits;
      continue;
    }
    result += name.front();
    name.remove_prefix(1);
  }
  return result;
}

}  // namespace lvs::control
