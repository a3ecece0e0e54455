// SPDX-License-Identifier: GPL-2.0-or-later
// How bad a line of nginx's error log is (nginx: ngx_log.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lvs::nginx {

enum class LogLevel : std::uint8_t { to_stderr, emerg, alert, crit, error, warn, notice, info, debug };

inline constexpr auto kLevelNames =
    std::to_array<std::string_view>({"", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"});

constexpr std::string_view name_of(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }
constexpr std::optional<LogLevel> level_named(std::string_view name) {
  for (std::size_t i = 1; i < kLevelNames.size(); ++i)
    if (kLevelNames[i] == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

}  // namespace lvs::nginx
