// SPDX-License-Identifier: GPL-2.0-or-later
// What the parts of `ip route` share. Internal to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/programs/ip/ip.h"
#include "control/programs/ip/listing.h"
#include "host/host.h"

namespace lvs::control::ip {

std::optional<host::RouteType> route_type_of(std::string_view text);  // "blackhole"
std::string_view text_of(host::RouteType type);
// "expires 599sec ", as long as it is still to be believed; nothing learned: "".
std::string learned_text(const host::Host& host, const std::optional<host::Fib::Learned>& learned);

// What a route says besides the way; 0: nothing.
void put_metrics(Listing& out, std::uint32_t mtu, bool mtu_locked, const host::TcpMetrics& tcp);

// route-get.cc
CommandResultOrError parse_route_get(Args& args, const Options& options);
// show and flush: route-show.cc
CommandResultOrError parse_route_list(Args& args, const Options& options, bool flushing);

}  // namespace lvs::control::ip
