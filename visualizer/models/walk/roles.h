// SPDX-License-Identifier: GPL-2.0-or-later
// Who an address is: CIP, VIP, DIP, RIP1, ... as the trace tells.
#pragma once

#include <QString>

#include "trace/run-info.h"

namespace lvs::view {

struct Role {
  enum class Kind { none, client, virtualService, director, server };
  Kind kind = Kind::none;
  QString name;  // "VIP", "RIP2"; "" for none
};

Role roleOf(const trace::RunInfo& info, base::Ipv4Addr address);
// "VIP", or the address where it has no role.
QString shortName(const trace::RunInfo& info, base::Ipv4Addr address);

// The host that has this MAC address; nullptr: none.
const trace::HostInfo* hostOf(const trace::RunInfo& info, const base::MacAddr& mac);

enum class HostKind { client, router, director, server, other };
HostKind kindOf(const trace::HostInfo& host);

}  // namespace lvs::view
