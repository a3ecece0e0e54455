// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers as the functions of the C library read them that the tools call: blanks and "+" in front, what is behind is
// left, too large is the largest. What is read by our own rules: base/numbers.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lvs::control {

struct LibcNumber {
  enum class Fault : unsigned char { none, no_number, out_of_range };
  long value = 0;
  Fault fault = Fault::none;
};
// strtol(3), where the tool wants all of the text to be the number.
LibcNumber strtol_of(const std::string& text, int base);
// The same between bounds, for tools that do not say which of them was not met.
std::optional<long> strtol_between(const std::string& text, long least, long most, int base);
// strtoull(3) in base 10: what follows the digits is nobody's.
std::uint64_t strtoull_of(std::string_view text);
// atoi(3).
int atoi_of(std::string_view text);
// strtonum(3) of BSD: the number, or its own words why not.
struct StrtonumResult {
  std::optional<long long> value;
  std::string_view why;  // "invalid", "too small", "too large"
};
StrtonumResult strtonum(std::string_view text, long long least, long long most);
// strtod(3) at the begin of `text`, taken off; nothing where there is no number.
std::optional<double> take_strtod(std::string& text);

}  // namespace lvs::control
