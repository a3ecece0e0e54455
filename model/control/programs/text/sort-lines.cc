// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/text/sort-lines.h"

#include <algorithm>
#include <cctype>

#include "base/numbers.h"

namespace lvs::control {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_number(char c) { return c >= '0' && c <= '9'; }

// Where field N (from 1) begins and ends; blanks in front belong to it where no separator is set.
std::pair<std::size_t, std::size_t> field_of(std::string_view line, std::size_t n, std::optional<char> separator) {
  std::size_t at = 0;
  for (std::size_t i = 1;; ++i) {
    std::size_t end = at;
    if (separator) {
      end = std::min(line.find(*separator, at), line.size());
    } else {
      while (end < line.size() && is_blank(line[end])) ++end;
      while (end < line.size() && !is_blank(line[end])) ++end;
    }
    if (i == n) return {at, end};
    if (end >= line.size()) return {line.size(), line.size()};
    at = separator ? end + 1 : end;
  }
}

std::size_t behind_blanks(std::string_view line, std::size_t at) {
  while (at < line.size() && is_blank(line[at])) ++at;
  return at;
}

std::string_view key_of(std::string_view line, const SortKey& key, const SortRules& rules) {
  auto [begin, end] = field_of(line, key.field, rules.separator);
  if (key.order.blanks) begin = behind_blanks(line, begin);
  begin = std::min(begin + key.character - 1, line.size());
  if (key.last_field == 0) return line.substr(begin);
  auto [last_begin, last_end] = field_of(line, key.last_field, rules.separator);
  if (key.last_character != 0) {
    if (key.order.blanks) last_begin = behind_blanks(line, last_begin);
    last_end = std::min(last_begin + key.last_character, line.size());
  }
  return line.substr(begin, last_end > begin ? last_end - begin : 0);
}

double number_of(std::string_view text, bool human) {
  text = text.substr(behind_blanks(text, 0));
  const double value = base::take_number<double>(text).value_or(0);
  constexpr std::string_view kUnits = "KMGTPE";
  const std::size_t unit =
      human && !text.empty() ? kUnits.find(text[0] == 'k' ? 'K' : text[0]) : std::string_view::npos;
  if (unit == std::string_view::npos) return value;
  double scale = 1;
  for (std::size_t i = 0; i <= unit; ++i) scale *= 1024;
  return value * scale;
}

// Runs of digits as numbers (filevercmp), of names without suffixes that matter.
int compare_versions(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const auto rank = [](std::string_view text, std::size_t at) {
      if (at >= text.size() || is_number(text[at])) return 0;
      const auto c = static_cast<unsigned char>(text[at]);
      return std::isalpha(c) != 0 ? int{c} : c == '~' ? -1 : int{c} + 256;
    };
    while ((i < a.size() && !is_number(a[i])) || (j < b.size() && !is_number(b[j]))) {
      const int difference = rank(a, i) - rank(b, j);
      if (difference != 0) return difference;
      ++i;
      ++j;
    }
    const auto digits = [](std::string_view text, std::size_t& at) {
      while (at < text.size() && text[at] == '0') ++at;
      const std::size_t from = at;
      while (at < text.size() && is_number(text[at])) ++at;
      return text.substr(from, at - from);
    };
    const std::string_view x = digits(a, i), y = digits(b, j);
    if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
    if (const int order = x.compare(y); order != 0) return order;
  }
  return 0;
}

int compare_keys(std::string_view a, std::string_view b, const SortOrder& order) {
  if (order.numeric || order.human) {
    const double x = number_of(a, order.human), y = number_of(b, order.human);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (order.blanks) {
    a = a.substr(behind_blanks(a, 0));
    b = b.substr(behind_blanks(b, 0));
  }
  if (order.version) return compare_versions(a, b);
  if (!order.fold) return a.compare(b);
  const auto upper = [](char c) { return std::toupper(static_cast<unsigned char>(c)); };
  const auto [x, y] = std::ranges::mismatch(a, b, {}, upper, upper);
  if (x == a.end() || y == b.end()) return x == a.end() ? (y == b.end() ? 0 : -1) : 1;
  return upper(*x) - upper(*y);
}

int compare_lines(std::string_view a, std::string_view b, const SortRules& rules) {
  if (rules.keys.empty()) {
    const int order = compare_keys(a, b, rules.order);
    return rules.order.reverse ? -order : order;
  }
  for (const SortKey& key : rules.keys) {
    const SortOrder& how = key.order.any ? key.order : rules.order;
    SortKey effective = key;
    effective.order = how;
    const int order = compare_keys(key_of(a, effective, rules), key_of(b, effective, rules), how);
    if (order != 0) return how.reverse ? -order : order;
  }
  return 0;
}

// Lines whose keys are equal go by all of their bytes.
int compare_whole(std::string_view a, std::string_view b, const SortRules& rules) {
  const int order = compare_lines(a, b, rules);
  if (order != 0 || rules.unique || rules.stable) return order;
  return rules.order.reverse ? b.compare(a) : a.compare(b);
}

}  // namespace

bool SortOrder::take(char letter) {
  constexpr std::pair<char, bool SortOrder::*> kLetters[] = {{'n', &SortOrder::numeric}, {'h', &SortOrder::human},
                                                             {'V', &SortOrder::version}, {'f', &SortOrder::fold},
                                                             {'b', &SortOrder::blanks},  {'r', &SortOrder::reverse}};
  for (const auto& [each, member] : kLetters) {
    if (letter != each) continue;
    this->*member = true;
    return any = true;
  }
  return false;
}

std::optional<SortKey> parse_sort_key(std::string_view text) {
  SortKey key;
  const auto place = [&](std::size_t& field, std::size_t& character) {
    const auto number = base::take_number<std::size_t>(text);
    if (!number || *number == 0) return false;
    field = *number;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      const auto inside = base::take_number<std::size_t>(text);
      if (!inside) return false;
      character = *inside;
    }
    while (!text.empty() && text[0] != ',') {
      if (!key.order.take(text[0])) return false;
      text.remove_prefix(1);
    }
    return true;
  };
  if (!place(key.field, key.character) || key.character == 0) return std::nullopt;
  if (!text.empty()) {
    text.remove_prefix(1);
    if (!place(key.last_field, key.last_character) || !text.empty()) return std::nullopt;
  }
  return key;
}

bool in_order(std::string_view a, std::string_view b, const SortRules& rules) {
  const int order = compare_whole(a, b, rules);
  return rules.unique ? order < 0 : order <= 0;
}

void sort_lines(std::vector<std::string>& lines, const SortRules& rules) {
  std::ranges::stable_sort(lines,
                           [&](const std::string& a, const std::string& b) { return compare_whole(a, b, rules) < 0; });
  if (!rules.unique) return;
  const auto same = [&](const std::string& a, const std::string& b) { return compare_lines(a, b, rules) == 0; };
  lines.erase(std::ranges::unique(lines, same).begin(), lines.end());
}

}  // namespace lvs::control
