// SPDX-License-Identifier: GPL-2.0-or-later
// JSON (RFC 8259) written piece by piece: the one writer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace lvs::base {

// Length of the UTF-8 sequence that `text` begins with, 0 when it is none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text);

// Appends `text` in quotes; bytes that are no UTF-8 become U+FFFD.
void json_quote(std::string& out, std::string_view text);

// {"a":1,"b":["x"]}: members have names, elements of arrays have none.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& open(char bracket, std::string_view name = {});
  JsonWriter& close(char bracket);
  // Before what comes next, behind its comma.
  JsonWriter& line(std::string_view blanks = "\n");

  JsonWriter& text(std::string_view name, std::string_view value);
  // Nothing where the text is empty.
  JsonWriter& text_if(std::string_view name, std::string_view value);
  template <class Number>
  requires std::is_arithmetic_v<Number> JsonWriter& number(std::string_view name, Number value) {
    if constexpr (std::is_same_v<Number, bool>) return raw(name, value ? "true" : "false");
    if constexpr (std::is_floating_point_v<Number>) return shortest(name, value);
    return raw(name, std::to_string(value));
  }
  JsonWriter& fixed(std::string_view name, double value, int decimals);
  // A value that is JSON already.
  JsonWriter& raw(std::string_view name, std::string_view value);

 private:
  void begin(std::string_view name);
  JsonWriter& shortest(std::string_view name, double value);

  std::string& out_;
  std::string line_;
  bool first_ = true;
};

}  // namespace lvs::base
