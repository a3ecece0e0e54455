// SPDX-License-Identifier: GPL-2.0-or-later
// tc/tc_util.c and lib/utils_math.c of iproute2 6.1.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <span>
#include <utility>

#include "base/numbers.h"
#include "control/programs/net-tools/tc.h"

namespace lvs::control::tc {
namespace {

using Unit = std::pair<std::string_view, double>;

// A number and one of these units in any case.
std::optional<double> with_unit(std::string_view text, std::span<const Unit> units, double bare) {
  const auto number = base::take_number<double>(text);
  if (!number || *number < 0) return std::nullopt;
  if (text.empty()) return *number * bare;
  std::string unit(text);
  std::ranges::transform(unit, unit.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = std::ranges::find(units, unit, &Unit::first);
  if (found == units.end()) return std::nullopt;
  return *number * found->second;
}

}  // namespace

std::optional<base::Time> time_of(std::string_view text) {
  constexpr Unit kUnits[] = {{"s", 1e6},     {"sec", 1e6}, {"secs", 1e6}, {"ms", 1e3},  {"msec", 1e3},
                             {"msecs", 1e3}, {"us", 1},    {"usec", 1},   {"usecs", 1}, {"ns", 1e-3}};
  const auto value = with_unit(text, kUnits, 1);
  constexpr double kMost = 4e9;
  if (!value || *value > kMost) return std::nullopt;
  return base::Time(std::llround(*value * 1000));
}

std::optional<std::uint64_t> rate_of(std::string_view text) {
  constexpr Unit kUnits[] = {{"bit", 1},    {"kibit", 1024},        {"kbit", 1e3}, {"mibit", 1048576.},
                             {"mbit", 1e6}, {"gibit", 1073741824.}, {"gbit", 1e9}, {"tbit", 1e12},
                             {"bps", 8},    {"kibps", 8192},        {"kbps", 8e3}, {"mibps", 8388608.},
                             {"mbps", 8e6}, {"gbps", 8e9}};
  const auto value = with_unit(text, kUnits, 1);
  constexpr double kMost = 1e15;
  if (!value || *value > kMost) return std::nullopt;
  return static_cast<std::uint64_t>(*value / 8);
}

std::optional<std::uint32_t> size_of(std::string_view text) {
  constexpr double kKilo = 1024, kMega = kKilo * kKilo;
  constexpr Unit kUnits[] = {{"b", 1},
                             {"k", kKilo},
                             {"kb", kKilo},
                             {"m", kMega},
                             {"mb", kMega},
                             {"g", kMega * kKilo},
                             {"gb", kMega * kKilo},
                             {"kbit", kKilo / 8},
                             {"mbit", kMega / 8},
                             {"gbit", kMega * kKilo / 8}};
  const auto value = with_unit(text, kUnits, 1);
  constexpr double kMost = 4294967295.;
  if (!value || *value > kMost) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<double> percent_of(std::string_view text) {
  const auto number = base::take_number<double>(text);
  if (!number || text != "%" || *number < 0 || *number > 100) return std::nullopt;
  return *number / 100;
}

std::string time_text(double microseconds) {
  constexpr double kMilli = 1e3, kSecond = 1e6;
  if (microseconds >= kSecond) return fmt::format("{:.3g}s", microseconds / kSecond);
  if (microseconds >= kMilli) return fmt::format("{:.3g}ms", microseconds / kMilli);
  return fmt::format("{:.3g}us", microseconds);
}

std::string rate_text(std::uint64_t bytes_a_second) {
  constexpr std::uint64_t kKilo = 1000;
  constexpr std::string_view kUnits[] = {"", "K", "M", "G", "T"};
  std::uint64_t rate = bytes_a_second * 8;
  std::size_t unit = 0;
  for (; unit + 1 < std::size(kUnits); ++unit) {
    if (rate < kKilo || (rate % kKilo != 0 && rate < kKilo * kKilo)) break;
    rate /= kKilo;
  }
  return fmt::format("{}{}bit", rate, kUnits[unit]);
}

std::string size_text(std::uint32_t bytes) {
  constexpr double kKilo = 1024, kMega = kKilo * kKilo;
  const double size = bytes;
  if (size >= kMega && std::fabs(kMega * std::rint(size / kMega) - size) < kKilo)
    return fmt::format("{:g}Mb", std::rint(size / kMega));
  if (size >= kKilo && std::fabs(kKilo * std::rint(size / kKilo) - size) < 16)
    return fmt::format("{:g}Kb", std::rint(size / kKilo));
  return fmt::format("{}b", bytes);
}

}  // namespace lvs::control::tc
