// SPDX-License-Identifier: GPL-2.0-or-later
// NAT: the destination becomes the real server (kernel: ip_vs_nat_xmit()).
#include "ipvs/xmit/xmit.h"

namespace lvs::ipvs {

HookResult masq_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header) {
  if (conn.has(conn_flag::no_client_port)) fill_client_port(core, conn, header.sport);
  const bool from_outside = packet->in != nullptr && !packet->in->is_loopback();
  const OutRoute out =
      get_out_route(core, *packet, conn.dest, conn.daddr, way::local | way::non_local | way::redirect, header.icmp);
  if (out.way == OutWay::dropped) return HookResult::dropped(out.drop);
  const bool local = out.way == OutWay::local;
  if (local && conn.daddr.is_loopback() && from_outside) return HookResult::dropped(Drop::ipvs_crossing_local);
  if (!rewrite_request(core, conn, *packet, header)) return HookResult::dropped(Drop::ipvs_bad_packet);
  core.host.cpu.charge(host::CpuStage::rewrite);
  if (core.host.tracing()) {
    core.host.trace(trace::Stage::ipvs_xmit, *packet, local ? trace::Verdict::accept : trace::Verdict::stolen,
                    Drop::none, {trace::WhyId::ipvs_masq, {conn.vaddr.value, conn.vport, conn.daddr.value, conn.dport}},
                    "ip_vs_nat_xmit");
  }
  if (local) {
    packet->ignore_df = true;
    return keep_local(conn, *packet, Settle::request);
  }
  return send(core, conn, packet, Settle::request);
}

}  // namespace lvs::ipvs
