// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers of a keepalived.conf, read and complained about as keepalived does (lib/parser.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "daemons/keepalived/conf/report.h"

namespace lvs::keepalived {

// Nothing when the number is refused; the message is in the report. `lenient`: what keepalived lets pass when it runs,
// though not under -t.
struct NumberReader {
  ConfReport& report;
  bool testing = false;  // keepalived -t

  std::optional<std::int64_t> integer(const std::string& text, std::int64_t least, std::int64_t most,
                                      bool lenient) const;
  std::optional<std::uint64_t> natural(const std::string& text, std::uint64_t least, std::uint64_t most,
                                       bool lenient) const;
  // Seconds with up to six places; bounds in microseconds.
  std::optional<base::Time> seconds(const std::string& text, std::uint64_t least_us, std::uint64_t most_us,
                                    bool lenient) const;
};

inline constexpr std::uint64_t kMostUnsigned = 0xffffffffu;
inline constexpr std::uint64_t kMostTimer = ~std::uint64_t{0} - 1;  // microseconds

}  // namespace lvs::keepalived
