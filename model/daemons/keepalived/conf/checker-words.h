// SPDX-License-Identifier: GPL-2.0-or-later
// Types of DNS records and bytes in hexadecimal, as checkers of a keepalived.conf name them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemons/keepalived/conf/words.h"

namespace lvs::keepalived {

std::optional<std::uint16_t> dns_type(std::string_view name);
std::string dns_type_name(std::uint16_t type);

// The words from `first` on as bytes. With `mask`, a digit may be x: any; `mask` then has these bits set.
std::optional<std::string> read_hex(const ConfWords& words, std::size_t first, std::string* mask);

}  // namespace lvs::keepalived
