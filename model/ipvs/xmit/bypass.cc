// SPDX-License-Identifier: GPL-2.0-or-later
// Bypass: to where the client wanted, when no cache is left (kernel: ip_vs_bypass_xmit()).
#include "ipvs/xmit/xmit.h"

namespace lvs::ipvs {

HookResult bypass_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header) {
  const OutRoute out = get_out_route(core, *packet, nullptr, packet->ip().dst(), way::non_local, header.icmp);
  if (out.way == OutWay::dropped) return HookResult::dropped(out.drop);
  refresh_after_options(packet->ip());
  core.host.cpu.charge(host::CpuStage::route);
  if (core.host.tracing()) {
    core.host.trace(trace::Stage::ipvs_xmit, *packet, trace::Verdict::stolen, Drop::none,
                    {trace::WhyId::ipvs_bypass, {packet->route.next_hop(packet->ip().dst()).value, 0, 0, 0}},
                    "ip_vs_bypass_xmit");
  }
  return send(core, conn, packet);
}

}  // namespace lvs::ipvs
