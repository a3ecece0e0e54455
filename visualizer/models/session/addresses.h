// SPDX-License-Identifier: GPL-2.0-or-later
// Which addresses a host has at a moment: some come and go, as that of a virtual router.
#pragma once

#include <QString>
#include <vector>

#include "models/session/session.h"

namespace lvs::view {

struct HeldAddress {
  QString interface;
  base::Ipv4Addr address;
};

// As `ip addr` had it when the record was written, without those of 127/8; what the trace says of the run as a whole
// where it has no such table.
std::vector<HeldAddress> addressesAt(Session& session, trace::HostId host, std::uint32_t record);

}  // namespace lvs::view
