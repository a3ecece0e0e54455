// SPDX-License-Identifier: GPL-2.0-or-later
// tc qdisc of iproute2 6.1: numbers with units, as they are read and shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace lvs::control::tc {

// Nothing: no such value. Of tc's lib: "10ms", "1s", "100" (us); "256kbit" (bits a second, 1000), "1mbps" (bytes);
// "2kb" (1024), "32kbit"; "10%".
std::optional<base::Time> time_of(std::string_view text);
std::optional<std::uint64_t> rate_of(std::string_view text);  // bytes a second
std::optional<std::uint32_t> size_of(std::string_view text);  // bytes
std::optional<double> percent_of(std::string_view text);

std::string time_text(double microseconds);
std::string rate_text(std::uint64_t bytes_a_second);
std::string size_text(std::uint32_t bytes);

}  // namespace lvs::control::tc
