// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/words/libc-numbers.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <limits>

#include "base/numbers.h"

namespace lvs::control {

LibcNumber strtol_of(const std::string& text, int base) {
  char* end = nullptr;
  errno = 0;
  const long value = std::strtol(text.c_str(), &end, base);
  const auto read = static_cast<std::size_t>(end - text.c_str());
  if (read == 0 || read != text.size()) return {0, LibcNumber::Fault::no_number};
  if (errno == ERANGE) return {value, LibcNumber::Fault::out_of_range};
  return {value, LibcNumber::Fault::none};
}

std::optional<long> strtol_between(const std::string& text, long least, long most, int base) {
  const LibcNumber number = strtol_of(text, base);
  if (number.fault != LibcNumber::Fault::none || number.value < least || number.value > most) return std::nullopt;
  return number.value;
}

std::uint64_t strtoull_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max() : value;
}

int atoi_of(std::string_view text) { return base::take_number<int>(text).value_or(0); }

StrtonumResult strtonum(std::string_view text, long long least, long long most) {
  long long value = 0;
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (begin != end && *begin == '+') ++begin;
  const auto [at, error] = std::from_chars(begin, end, value);
  if (at != end || text.empty() || error == std::errc::invalid_argument) return {std::nullopt, "invalid"};
  const bool out = error == std::errc::result_out_of_range;
  if (out ? text[0] == '-' : value < least) return {std::nullopt, "too small"};
  if (out || value > most) return {std::nullopt, "too large"};
  return {value, {}};
}

std::optional<double> take_strtod(std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return std::nullopt;
  text.erase(0, static_cast<std::size_t>(end - text.c_str()));
  return value;
}

}  // namespace lvs::control
