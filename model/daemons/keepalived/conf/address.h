// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses and routes of a keepalived.conf (keepalived: vrrp_ipaddress.c, vrrp_iproute.c).
#pragma once

#include <optional>
#include <string>

#include "daemons/keepalived/conf/reader.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

// Nothing when the line is skipped; the report says why. `is_static`: of static_ipaddress.
std::optional<ConfAddress> read_address(ConfReader& reader, const ConfWords& words, bool is_static);

// A route of virtual_routes or static_routes, as `ip route add` will take it.
std::optional<ConfRoute> read_route(ConfReader& reader, const ConfWords& words, bool is_static);

// An IPv4 address alone; `complaint` with {} for the word is reported and nothing returned otherwise.
std::optional<base::Ipv4Addr> read_host_address(ConfReader& reader, const std::string& word,
                                                const std::string& complaint);

}  // namespace lvs::keepalived
