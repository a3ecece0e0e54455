// SPDX-License-Identifier: GPL-2.0-or-later
// What a host is set to, as the tables of a moment say.
#pragma once

#include "models/session/session.h"

namespace lvs::view {

// Whether the host's arp_ignore keeps it from answering for addresses of other interfaces when `record` was written, on
// each of its NICs.
bool keepsStill(Session& session, trace::HostId host, std::uint32_t record);

// The gateway of the host's default route; "" for none.
QString gatewayOf(Session& session, trace::HostId host, std::uint32_t record);

}  // namespace lvs::view
