// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers, sizes and times as nginx reads them (nginx: ngx_atoi(), ngx_parse_size(), ngx_parse_time()).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace lvs::nginx {

std::optional<std::uint64_t> conf_number(std::string_view text);
// "8k", "1m"; with `giga` "1g", too.
std::optional<std::uint64_t> conf_size(std::string_view text, bool giga = false);
// "1h30m", "10s", "100ms" ("ms" unless whole seconds are asked for), a bare number of seconds.
std::optional<base::Time> conf_time(std::string_view text, bool seconds = false);

}  // namespace lvs::nginx
