// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/awk/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/numbers.h"

namespace lvs::control::awk {

double number_in_front(std::string_view text, bool* all) {
  const auto blank = [&] {
    while (!text.empty() && std::string_view(" \t\n\r\f\v").find(text[0]) != std::string_view::npos)
      text.remove_prefix(1);
  };
  blank();
  const bool plus = text.starts_with('+');
  if (plus) text.remove_prefix(1);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (text.substr(first).starts_with("0x") || text.substr(first).starts_with("0X")) {  // a number, but does not look so
    text.remove_prefix(first + 2);
    if (all != nullptr) *all = false;
    const auto value = static_cast<double>(base::take_number<std::uint64_t>(text, 16).value_or(0));
    return first == 1 ? -value : value;
  }
  const bool digits = text.size() > first && ((text[first] >= '0' && text[first] <= '9') || text[first] == '.');
  const auto value = digits && !(plus && first == 1) ? base::take_number<double>(text) : std::nullopt;
  blank();
  if (all != nullptr) *all = value && text.empty();
  return value.value_or(0);
}

std::string text_of_number(double number, std::string_view format) {
  constexpr double kWhole = 2147483648;  // mawk prints what an int holds in digits
  if (number == std::floor(number) && std::fabs(number) < kWhole) return fmt::format("{:.0f}", number + 0.0);
  if (std::isnan(number)) return std::signbit(number) ? "-nan" : "nan";
  char buffer[400];
  const std::string whole(format);
  // CONVFMT and OFMT are checked when they are set: one conversion of a double.
  const int length = std::snprintf(buffer, sizeof buffer, whole.c_str(), number);
  return {buffer, static_cast<std::size_t>(std::clamp(length, 0, 399))};
}

Value Value::input(std::string text) {
  Value value;
  bool all = false;
  const double number = number_in_front(text, &all);
  value.kind_ = all ? Kind::input : Kind::text;
  value.number_ = number;
  value.text_ = std::move(text);
  return value;
}

double Value::number() const { return kind_ == Kind::text ? number_in_front(text_) : number_; }

std::string Value::text(std::string_view format) const {
  if (kind_ == Kind::number) return text_of_number(number_, format);
  return text_;
}

int compare(const Value& a, const Value& b, std::string_view format) {
  if (a.numeric() && b.numeric()) {
    const double x = a.number(), y = b.number();
    return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
  }
  const int order = a.text(format).compare(b.text(format));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// FNV-1a
std::list<Array::Entry>& Array::list_of(const std::string& key) {
  std::uint32_t hash = 2166136261u;
  for (const char c : key) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return lists_[hash & (lists_.size() - 1)];
}

Array::Entry* Array::find(const std::string& key) {
  if (lists_.empty()) return nullptr;
  auto& list = list_of(key);
  const auto found = std::ranges::find(list, key, &Entry::key);
  if (found == list.end()) return nullptr;
  list.splice(list.begin(), list, found);
  return &list.front();
}

void Array::grow() {
  std::vector<std::list<Entry>> before = std::move(lists_);
  lists_ = std::vector<std::list<Entry>>(before.size() * 2);
  for (auto& list : before) {
    while (!list.empty()) {
      auto& to = list_of(list.front().key);
      to.splice(to.end(), list, list.begin());
    }
  }
}

Value& Array::at(const std::string& key) {
  if (lists_.empty()) lists_ = std::vector<std::list<Entry>>(kFirstLists);
  if (Entry* const entry = find(key)) return entry->value;
  if (++size_ > lists_.size() * kLongestAverage) grow();
  auto& list = list_of(key);
  list.push_front({key, {}});
  return list.front().value;
}

bool Array::has(const std::string& key) { return find(key) != nullptr; }

void Array::erase(const std::string& key) {
  if (find(key) == nullptr) return;
  list_of(key).pop_front();
  --size_;
}

std::vector<std::string> Array::keys() const {
  std::vector<std::string> keys;
  keys.reserve(size_);
  for (const auto& list : lists_)
    for (const Entry& entry : list) keys.push_back(entry.key);
  return keys;
}

}  // namespace lvs::control::awk
