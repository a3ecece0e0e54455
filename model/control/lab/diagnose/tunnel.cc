// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes of TUN: the real server must take the tunnel apart, believe what was in it, and packets must fit.
#include <fmt/format.h>

#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {
namespace {

constexpr std::uint32_t kOuterHeader = 20;

bool tunnels(const Use& use) {
  return use.ipip() && use.server && use.server != use.director &&
         use.destination.tunnel_type == ipvs::TunnelType::ipip;
}

// The device that takes this director's packets apart (kernel: ip_tunnel_lookup()).
const host::Device* tunnel_device(const View& view, const Use& use) {
  const base::Ipv4Addr outer = view.hop(use.director, use.destination.addr, {}).route.src;
  const host::Device* fallback = nullptr;
  for (const auto& dev : view.host(*use.server).devices()) {
    if (dev->kind() != host::DeviceKind::ipip || !dev->up) continue;
    const bool any_remote = dev->tunnel_remote.is_any(), any_local = dev->tunnel_local.is_any();
    if ((!any_remote && dev->tunnel_remote != outer) || (!any_local && dev->tunnel_local != use.destination.addr))
      continue;
    if (!any_remote || !any_local) return dev.get();
    fallback = dev.get();
  }
  return fallback;
}

void tunnel_down(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!tunnels(use) || tunnel_device(view, use) != nullptr) continue;
    findings.add("tun-no-tunnel", view.name(*use.server), use.destination.addr.text(),
                 fmt::format("service {} forwards by TUN, and no tunnel interface that is up takes IPIP packets from "
                             "the director: they are answered with ICMP protocol unreachable or dropped",
                             text_of(use.service.key)),
                 typed("ip link set tunl0 up"));
  }
}

void tunnel_rp_filter(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!tunnels(use)) continue;
    const host::Device* const in = tunnel_device(view, use);
    if (in == nullptr) continue;
    host::Host& server = view.host(*use.server);
    host::FlowKey key;
    key.in = in;
    key.src = use.flow.src;
    key.dst = use.vip();
    bool on_link = false;
    const int level = server.conf_max(*in, host::Conf::rp_filter);
    if (level == 0 || server.fib.validate_source(key, on_link) != trace::Drop::ip_rpfilter) continue;
    findings.add(
        "tun-rp-filter", view.name(*use.server), in->name(),
        fmt::format("rp_filter of {} is {} (the greater of all and {}), and the way to client {} is not by "
                    "{}: requests of {} are dropped after they left the tunnel",
                    in->name(), level, in->name(), use.flow.src.text(), in->name(), text_of(use.service.key)),
        typed(fmt::format("sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.{}.rp_filter=0", in->name())));
  }
}

void tunnel_mtu(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!tunnels(use)) continue;
    const Hop hop = view.hop(use.director, use.destination.addr, {});
    if (hop.route.type != host::RouteType::unicast || use.flow.size + kOuterHeader <= hop.route.mtu) continue;
    findings.add("tun-mtu", view.name(use.director), text_of(use.destination),
                 fmt::format("packets of {} bytes for {} do not fit into the tunnel to {} with their outer header (MTU "
                             "{}): {}",
                             use.flow.size, text_of(use.service.key), use.destination.addr.text(), hop.route.mtu,
                             use.flow.dont_fragment ? "with DF they are answered with ICMP fragmentation needed"
                                                    : "they are fragmented"),
                 {AdviceId::tunnel_mtu,
                  {},
                  {std::to_string(hop.route.mtu - kOuterHeader), std::to_string(hop.route.mtu + kOuterHeader)}});
  }
}

}  // namespace

const std::vector<Rule> kTunnelRules = {
    {{"tun-no-tunnel", "TUN, and tunl0 of the real server is down"}, tunnel_down},
    {{"tun-rp-filter", "TUN, and rp_filter drops what comes out of the tunnel"}, tunnel_rp_filter},
    {{"tun-mtu", "TUN, and the client's packets leave no room for the outer header"}, tunnel_mtu},
};

}  // namespace lvs::control::diagnosis
