// SPDX-License-Identifier: GPL-2.0-or-later
// What the parts of `ip route` share. Internal to them.
#pragma once

#include <optional>
#include <string_view>

#include "control/ip.h"

namespace lvs::control::ip {

std::optional<host::RouteType> route_type_of(std::string_view text);  // "blackhole"
std::string_view text_of(host::RouteType type);

// show and flush: ip-route-show.cc.
CommandResultOrError parse_route_list(Args& args, const Options& options, bool flushing);

}  // namespace lvs::control::ip
