// SPDX-License-Identifier: GPL-2.0-or-later
// IPVS beside the connection tracker (kernel: ip_vs_nfct.c).
#pragma once

#include "ipvs/core/core.h"

namespace lvs::ipvs {

// What the tracker is told of a packet: a request or a reply of NAT, or nothing.
enum class Settle : std::uint8_t { pass, request, reply };
// Before a packet of a connection goes on (kernel: ip_vs_notrack(), ip_vs_update_conntrack()).
void tell_conntrack(const Conn& conn, Packet& packet, Settle how);
inline void settle_conntrack(const Conn& conn, Packet& packet, Settle how) {
  if (packet.conntrack.get() != nullptr) tell_conntrack(conn, packet, how);
}
// Before a packet gets an outer header, which is another connection (kernel: ip_vs_tunnel_xmit_prepare()).
HookResult leave_conntrack(Core& core, const Conn& conn, Packet& packet);
// The connection is over for the tracker, too (kernel: ip_vs_conn_drop_conntrack()).
void drop_conntrack(Core& core, const Conn& conn);
// Can the packet's connection not be sent to another server (kernel: ip_vs_conn_uses_old_conntrack())?
bool uses_old_conntrack(const Packet& packet);
// `-m ipvs` of iptables asks this IPVS.
void answer_matches(Core& core);
void stop_answering(Core& core);

}  // namespace lvs::ipvs
