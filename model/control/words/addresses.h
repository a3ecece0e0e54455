// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses as the functions of the C library and of iproute2 read them. Plain ones: base/addr.h.
#pragma once

#include <optional>
#include <string_view>

#include "base/addr.h"

namespace lvs::control {

// As inet_pton() and iproute2's get_addr_ipv4() take them: up to four numbers in C's notation, missing ones zero.
std::optional<base::Ipv4Addr> iproute_address(std::string_view text);
// "10.0.0.0/8", "10.0.0.0/255.0.0.0", an address alone; "default", "any" and "all" are 0.0.0.0/0.
// `length_given`: a slash was there.
std::optional<base::Ipv4Prefix> iproute_prefix(std::string_view text, bool* length_given = nullptr);

// inet_aton(): one to four numbers in C's notation, the last one filling what is left.
std::optional<base::Ipv4Addr> inet_aton_of(std::string_view text);
// ether_aton(): one or two hexadecimal digits a part.
std::optional<base::MacAddr> ether_aton_of(std::string_view text);

// What a resolver finds without a network: "localhost" and what inet_aton() takes.
std::optional<base::Ipv4Addr> host_address(std::string_view name);

}  // namespace lvs::control
