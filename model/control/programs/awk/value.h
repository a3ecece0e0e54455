// SPDX-License-Identifier: GPL-2.0-or-later
// What an awk expression comes to, and awk's arrays.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control::awk {

class Value {
 public:
  // none: never set. input: a text from outside that counts as a number where it looks like one.
  enum class Kind : std::uint8_t { none, number, text, input };

  Value() = default;
  Value(double number) : kind_(Kind::number), number_(number) {}  // NOLINT: an expression's value
  explicit Value(std::string text) : kind_(Kind::text), text_(std::move(text)) {}
  static Value input(std::string text);

  bool numeric() const { return kind_ != Kind::text; }
  double number() const;
  // `format`: CONVFMT, of what is no whole number.
  std::string text(std::string_view format = "%.6g") const;
  bool holds() const { return kind_ == Kind::text ? !text_.empty() : kind_ != Kind::none && number_ != 0; }
  bool unset() const { return kind_ == Kind::none; }

 private:
  Kind kind_ = Kind::none;
  double number_ = 0;
  std::string text_;
};

// The number that a text begins with, as strtod(3) of awk: 0 without one. `all`: nothing but blanks is behind it.
double number_in_front(std::string_view text, bool* all = nullptr);
std::string text_of_number(double number, std::string_view format);
// < 0, 0, > 0. Not comparable (nan): 2.
int compare(const Value& a, const Value& b, std::string_view format);

// mawk's hash table: `for (K in ARRAY)` walks it in this order.
class Array {
 public:
  Value& at(const std::string& key);
  bool has(const std::string& key);
  void erase(const std::string& key);
  void clear() { *this = {}; }
  std::size_t size() const { return size_; }
  std::vector<std::string> keys() const;

 private:
  struct Entry {
    std::string key;
    Value value;
  };
  static constexpr std::size_t kFirstLists = 64, kLongestAverage = 12;

  std::list<Entry>& list_of(const std::string& key);
  // Moves it to the front of its list.
  Entry* find(const std::string& key);
  void grow();

  std::vector<std::list<Entry>> lists_;
  std::size_t size_ = 0;
};

}  // namespace lvs::control::awk
