// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes on the way back: under NAT replies must pass the director, and be forwarded there.
#include <fmt/format.h>

#include <algorithm>

#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {
namespace {

void no_forward(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!use.masq() || use.server == use.director) continue;
    const Hop hop = view.hop(use.director, use.destination.addr, {});
    if (hop.route.type != host::RouteType::unicast || hop.route.dev == nullptr) continue;
    if (view.host(use.director).forwarding(*hop.route.dev)) continue;
    const bool all = view.host(use.director).sysctls.get(host::Ipv4Key::ip_forward) == 0;
    findings.add("nat-no-forward", view.name(use.director), hop.route.dev->name(),
                 fmt::format("{} is 0, but service {} forwards by NAT: replies of {} are dropped instead of being "
                             "forwarded",
                             all ? "ip_forward" : "forwarding of " + hop.route.dev->name(), text_of(use.service.key),
                             use.destination.addr.text()),
                 typed(all ? "sysctl -w net.ipv4.ip_forward=1"
                           : fmt::format("sysctl -w net.ipv4.conf.{}.forwarding=1", hop.route.dev->name())));
  }
}

bool passes(const std::vector<Hop>& way, std::size_t host) {
  return std::ranges::any_of(way, [&](const Hop& hop) { return hop.next_host == host; });
}

// The director's address that the server should have as its gateway.
std::string gateway_for(const View& view, const Use& use) {
  const Hop to_server = view.hop(use.director, use.destination.addr, {});
  const auto segment = view.segment_of(use.director, to_server.route.dev);
  const auto address = segment ? view.address_on(use.director, *segment) : std::nullopt;
  return address ? address->text() : "DIP";
}

void same_subnet(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!use.masq() || !use.server || use.server == use.director) continue;
    const auto way = view.way(*use.server, use.flow.src, use.destination.addr);
    if (way.front().route.type != host::RouteType::unicast || !way.front().route.gateway.is_any()) continue;
    if (passes(way, use.director)) continue;
    findings.add(
        "nat-same-subnet", view.name(*use.server), use.flow.src.text(),
        fmt::format("client {} is in this server's own subnet, so replies go straight to it from {} and not from "
                    "{} ({} forwards by NAT): the client resets them",
                    use.flow.src.text(), use.destination.addr.text(), use.vip().text(), text_of(use.service.key)),
        {AdviceId::route_or_dr,
         {fmt::format("ip route add {}/32 via {}", use.flow.src.text(), gateway_for(view, use))}});
  }
}

void wrong_gateway(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!use.masq() || !use.server || use.server == use.director) continue;
    const auto way = view.way(*use.server, use.flow.src, use.destination.addr);
    if (way.front().route.type != host::RouteType::unicast || way.front().route.gateway.is_any()) continue;
    if (passes(way, use.director)) continue;
    findings.add("nat-wrong-gateway", view.name(*use.server), use.flow.src.text(),
                 fmt::format("replies to {} go by way of {}{} and never pass the director, but {} forwards by NAT: the "
                             "client sees {} instead of {} and resets",
                             use.flow.src.text(), way.front().next.text(),
                             way.front().next_host ? "" : " (which nobody there has)", text_of(use.service.key),
                             use.destination.addr.text(), use.vip().text()),
                 typed("ip route replace default via " + gateway_for(view, use)));
  }
}

void no_way_back(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!use.server || use.server == use.director || view.is_local(*use.server, use.flow.src)) continue;
    const auto back = use.masq() ? use.destination.addr : use.vip();
    const Hop hop = view.hop(*use.server, use.flow.src, back);
    if (hop.route.type == host::RouteType::unicast || hop.route.type == host::RouteType::local) continue;
    findings.add("no-way-back", view.name(*use.server), use.flow.src.text(),
                 fmt::format("there is no route to client {}: replies of {} are never sent", use.flow.src.text(),
                             text_of(use.service.key)),
                 typed("ip route add default via " + (use.masq() ? gateway_for(view, use) : "ROUTER")));
  }
}

// kernel: ip_vs_conn_put() ends the connection of a datagram with it, and handle_response() finds none.
void one_packet(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    const bool forgets = use.service.one_packet() && use.flow.protocol == ipvs::IpProto::udp;
    if (!forgets || !use.masq() || use.server == use.director) continue;
    findings.add("nat-ops", view.name(use.director), text_of(use.service.key),
                 fmt::format("{} forwards by NAT with --ops: nothing is kept of a request, so replies go back to the "
                             "client from {} and not from {}",
                             text_of(use.service.key), use.destination.addr.text(), use.vip().text()),
                 {AdviceId::nat_ops});
  }
}

void reverse_path(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (use.ipip() || !use.server || use.server == use.director) continue;
    const Hop to_server = view.hop(use.director, use.destination.addr, {});
    const auto segment = view.segment_of(use.director, to_server.route.dev);
    if (!segment || to_server.next_host != use.server) continue;
    for (const host::Device* in : view.interfaces_on(*use.server, *segment)) {
      host::Host& server = view.host(*use.server);
      const int level = server.conf_max(*in, host::Conf::rp_filter);
      if (level == 0) continue;
      host::FlowKey key;
      key.in = in;
      key.src = use.flow.src;
      key.dst = use.masq() ? use.destination.addr : use.vip();
      bool on_link = false;
      if (server.fib.validate_source(key, on_link) != trace::Drop::ip_rpfilter) continue;
      findings.add(
          "rp-filter", view.name(*use.server), in->name(),
          fmt::format("rp_filter of {} is {}, and the way back to client {} is not by {}: requests of {} are "
                      "dropped",
                      in->name(), level, use.flow.src.text(), in->name(), text_of(use.service.key)),
          typed(fmt::format("sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.{}.rp_filter=0", in->name())));
    }
  }
}

}  // namespace

const std::vector<Rule> kNatRules = {
    {{"nat-no-forward", "NAT, and the director does not forward"}, no_forward},
    {{"nat-ops", "NAT with one-packet scheduling: no reply is rewritten"}, one_packet},
    {{"nat-same-subnet", "NAT, and the client is in the real servers' subnet"}, same_subnet},
    {{"nat-wrong-gateway", "NAT, and the real server's gateway is not the director"}, wrong_gateway},
    {{"no-way-back", "the real server has no route to the client"}, no_way_back},
    {{"rp-filter", "the real server drops requests because its way back is another interface"}, reverse_path},
};

}  // namespace lvs::control::diagnosis
