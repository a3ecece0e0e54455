// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers out of text: the one place that reads digits, but for what follows the C library
// (control/words/libc-numbers.h).
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace lvs::base {

// The number that `text` begins with, taken off it: digits, for signed types and fractions a "-" in front. Nothing
// where there is none, or none that the type holds; `text` is then as before.
template <class Number>
std::optional<Number> take_number(std::string_view& text, [[maybe_unused]] int base = 10) {
  Number value{};
  std::from_chars_result result{};
  if constexpr (std::is_floating_point_v<Number>) {
    result = std::from_chars(text.data(), text.data() + text.size(), value);
  } else {
    result = std::from_chars(text.data(), text.data() + text.size(), value, base);
  }
  if (result.ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
  return value;
}

// The number that `text` is, all of it.
template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  const auto value = take_number<Number>(text, base);
  return text.empty() ? value : std::nullopt;
}

// As number(), for whole numbers of at most `greatest`.
template <class Number>
std::optional<Number> number_up_to(std::string_view text, Number greatest) {
  const auto value = number<Number>(text);
  return value && *value <= greatest ? value : std::nullopt;
}

// The base of digits in C's notation, its "0x" taken off.
inline int take_base(std::string_view& digits) {
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    digits.remove_prefix(2);
    return 16;
  }
  return digits.size() > 1 && digits[0] == '0' ? 8 : 10;
}

// A number in C's notation, all of the text, `greatest` at most: 10, 012, 0xa.
inline std::optional<std::uint64_t> c_number(std::string_view text,
                                             std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max()) {
  const int base = take_base(text);
  const auto value = number<std::uint64_t>(text, base);
  return value && *value <= greatest ? value : std::nullopt;
}

}  // namespace lvs::base
