// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP errors from the client's side on their way to a server (kernel: ip_vs_icmp_xmit()).
#include "ipvs/xmit/xmit.h"

namespace lvs::ipvs {

HookResult icmp_xmit(Core& core, Conn& conn, Hook hook, PacketPtr& packet, const Header& header, const Header& quote) {
  if (conn.method() != ForwardMethod::masq) {
    const HookResult result = transmit(core, conn, packet, quote);
    conn.count_packet();
    return result;
  }
  const bool from_outside = packet->in != nullptr && !packet->in->is_loopback();
  const unsigned mode = hook == Hook::NF_INET_FORWARD ? way::non_local : way::local | way::non_local | way::redirect;
  const OutRoute out = get_out_route(core, *packet, conn.dest, conn.daddr, mode, true);
  if (out.way == OutWay::dropped) return HookResult::dropped(out.drop);
  const bool local = out.way == OutWay::local;
  if (local && conn.daddr.is_loopback() && from_outside) return HookResult::dropped(Drop::ipvs_crossing_local);
  if (!rewrite_icmp(conn, *packet, header, quote, false)) return HookResult::dropped(Drop::ipvs_bad_packet);
  core.host.cpu.charge(host::CpuStage::rewrite);
  if (core.host.tracing()) {
    core.host.trace(trace::Stage::ipvs_xmit, *packet, local ? trace::Verdict::accept : trace::Verdict::stolen,
                    Drop::none, {trace::WhyId::ipvs_icmp, {conn.daddr.value, conn.dport}}, "ip_vs_icmp_xmit",
                    conn.flow());
  }
  if (local) {
    packet->ignore_df = true;
    return keep_local(conn, *packet, Settle::request);
  }
  return send(core, conn, packet, Settle::request);
}

}  // namespace lvs::ipvs
