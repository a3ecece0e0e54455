// SPDX-License-Identifier: GPL-2.0-or-later
// Which MAC address each host had for an address, over time, as its neighbour table said.
#pragma once

#include <vector>

#include "models/session/session.h"

namespace lvs::view {

struct ArpHistory {
  struct Span {
    base::Time from{}, to{};
    QString mac;    // as the table has it; "" while it is not known
    QString owner;  // the host that has this MAC address
  };
  trace::HostId host = 0;
  std::vector<Span> spans;
};

// Of all hosts whose table has had the address, up to this record.
std::vector<ArpHistory> arpHistoryOf(Session& session, base::Ipv4Addr address, std::uint32_t record);

}  // namespace lvs::view
