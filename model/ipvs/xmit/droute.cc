// SPDX-License-Identifier: GPL-2.0-or-later
// Direct routing: the packet as it is, to the MAC address of the real server (kernel: ip_vs_dr_xmit()).
#include "ipvs/xmit/xmit.h"

namespace lvs::ipvs {

HookResult droute_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header) {
  const OutRoute out = get_out_route(core, *packet, conn.dest, conn.daddr,
                                     way::local | way::non_local | way::known_next_hop, header.icmp);
  if (out.way == OutWay::dropped) return HookResult::dropped(out.drop);
  if (out.way == OutWay::local) return keep_local(conn, *packet);
  refresh_after_options(packet->ip());
  core.host.cpu.charge(host::CpuStage::droute);
  if (core.host.tracing()) {
    core.host.trace(trace::Stage::ipvs_xmit, *packet, trace::Verdict::stolen, Drop::none,
                    {trace::WhyId::ipvs_droute, {packet->route.next_hop(conn.daddr).value, 0, 0, 0}}, "ip_vs_dr_xmit");
  }
  return send(core, conn, packet);
}

}  // namespace lvs::ipvs
