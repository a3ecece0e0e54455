// SPDX-License-Identifier: GPL-2.0-or-later
// Destinations that left their service: connections may still point there, and the same one may come back.
#pragma once

#include "ipvs/core/core.h"

namespace lvs::ipvs {

// nullptr: it is not there (kernel: ip_vs_trash_get_dest()).
Destination* take_from_trash(Core& core, const VirtualService& service, base::Ipv4Addr addr, std::uint16_t port);
// Kernel: __ip_vs_del_dest().
void move_to_trash(Core& core, Destination& dest);

}  // namespace lvs::ipvs
