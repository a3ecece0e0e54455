// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

namespace lvs::keepalived {
namespace {

void complain(ConfReport& report, bool warning, const std::string& text) {
  report.error(ConfStatus::invalid_number, (warning ? "WARNING - " : "") + text);
}

// What is longer than any run is as long as can be said.
base::Time time_of(std::uint64_t microseconds) {
  constexpr std::uint64_t kMost = 1'000'000'000'000'000;
  return std::chrono::microseconds(std::min(microseconds, kMost));
}

}  // namespace

std::optional<std::int64_t> NumberReader::integer(const std::string& text, std::int64_t least, std::int64_t most,
                                                  bool lenient) const {
  const bool warning = lenient && !testing;
  char* end = nullptr;
  errno = 0;
  const long value = std::strtol(text.c_str(), &end, 10);
  const bool in_range = value >= least && value <= most;
  if (*end != '\0') {
    complain(report, warning, fmt::format("invalid number '{}'", text));
  } else if (errno == ERANGE || value < INT_MIN || value > INT_MAX) {
    complain(report, warning, fmt::format("number '{}' outside integer range", text));
  } else if (!in_range) {
    complain(report, false, fmt::format("number '{}' outside range [{}, {}]", text, least, most));
  } else {
    return value;
  }
  if (warning && in_range) return value;
  return std::nullopt;
}

std::optional<std::uint64_t> NumberReader::natural(const std::string& text, std::uint64_t least, std::uint64_t most,
                                                   bool lenient) const {
  const bool warning = lenient && !testing;
  const std::size_t first = text.find_first_not_of(" \t\f\n\r\v");
  const std::string number = first == std::string::npos ? std::string() : text.substr(first);
  char* end = nullptr;
  errno = 0;
  const unsigned long value = std::strtoul(number.c_str(), &end, 10);
  const bool in_range = value >= least && value <= most;
  if (number.starts_with('-')) {
    complain(report, warning, fmt::format("negative number '{}'", text));
  } else if (*end != '\0') {
    complain(report, warning, fmt::format("invalid number '{}'", text));
  } else if (errno == ERANGE || value > UINT_MAX) {
    complain(report, warning, fmt::format("number '{}' outside unsigned integer range", text));
  } else if (!in_range) {
    complain(report, warning, fmt::format("number '{}' outside range [{}, {}]", text, least, most));
  } else {
    return value;
  }
  // The value is kept in an unsigned: what is beyond wraps around.
  if (warning && in_range) return static_cast<std::uint32_t>(value);
  return std::nullopt;
}

std::optional<base::Time> NumberReader::seconds(const std::string& text, std::uint64_t least_us, std::uint64_t most_us,
                                                bool lenient) const {
  constexpr std::size_t kPlaces = 6;
  constexpr std::uint64_t kMicro = 1'000'000;
  const bool warning = lenient && !testing;
  if (text.starts_with('-')) {
    complain(report, warning, fmt::format("negative number '{}'", text));
    return std::nullopt;
  }
  const std::size_t dot = text.find('.');
  std::string whole = text.substr(0, dot);
  std::string places = dot == std::string::npos ? std::string() : text.substr(dot + 1);
  bool round_up = false;
  if (places.size() > kPlaces) {
    complain(report, warning, fmt::format("number '{}' has too many decimal places", text));
    round_up = places[kPlaces] >= '5';
    places.resize(kPlaces);
  }
  places.resize(kPlaces, '0');
  whole += places;
  char* end = nullptr;
  errno = 0;
  std::uint64_t value = std::strtoull(whole.c_str(), &end, 10);
  const bool too_large = errno == ERANGE;
  if (round_up) ++value;
  const bool in_range = value >= least_us && value <= most_us;
  if (*end != '\0') {
    complain(report, warning, fmt::format("invalid number '{}'", text));
  } else if (too_large) {
    complain(report, warning, fmt::format("number '{}' outside unsigned decimal range", text));
    return std::nullopt;
  } else if (!in_range) {
    complain(report, warning,
             fmt::format("number '{}' outside range [{}.{:06}, {}.{:06}]", text, least_us / kMicro, least_us % kMicro,
                         most_us / kMicro, most_us % kMicro));
  } else {
    return time_of(value);
  }
  if (lenient && in_range) return time_of(value);
  return std::nullopt;
}

}  // namespace lvs::keepalived
