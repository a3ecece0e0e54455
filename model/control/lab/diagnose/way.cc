// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes on the ways between client, director and server that have nothing to do with how IPVS forwards, and programs
// that do not listen.
#include <fmt/format.h>

#include <algorithm>

#include "control/lab/diagnose/view.h"
#include "host/netfilter/iptables.h"

namespace lvs::control::diagnosis {
namespace {

using host::RouteType;

bool is_service(const View& view, base::Ipv4Addr addr) {
  const auto marked = [](const ipvs::VirtualService* service) { return service->key.fwmark != 0; };
  for (std::size_t d = 0; d < view.hosts(); ++d) {
    if (!view.services_of(d, addr).empty()) return true;
    if (view.is_local(d, addr) && std::ranges::any_of(view.services(d), marked)) return true;
  }
  return false;
}

std::string services_text(const View& view) {
  constexpr std::size_t kMost = 10;
  std::string text;
  std::size_t count = 0;
  for (std::size_t d = 0; d < view.hosts(); ++d)
    for (const ipvs::VirtualService* service : view.services(d))
      if (++count <= kMost) text += (text.empty() ? "" : ", ") + text_of(service->key);
  if (count > kMost) text += fmt::format(" and {} more", count - kMost);
  return text;
}

void address_unknown(const View& view, Findings& findings) {
  const std::string services = services_text(view);
  for (const View::Asked& asked : view.asked()) {
    findings.about(asked.host, asked.dst);
    if (services.empty() || view.owner(asked.dst) || is_service(view, asked.dst) || view.anybody_speaks_as(asked.dst))
      continue;
    findings.add("address-unknown", view.name(asked.host), asked.dst.text(),
                 fmt::format("it asks for {}, which no host of the lab has (services: {})", asked.dst.text(), services),
                 {AdviceId::service_address});
  }
}

// Where the way of packets from `host` to `dst` ends before it is there, if it does.
void follow(const View& view, std::size_t host, base::Ipv4Addr dst, base::Ipv4Addr src, const std::string& what,
            Findings& findings) {
  const std::vector<Hop> way = view.way(host, dst, src);
  const Hop& last = way.back();
  if (last.route.type != RouteType::unicast) {
    if (last.host == host) return;  // client-no-route, no-way-back, server-unreachable
    if (last.route.type == RouteType::local) return;
    findings.add("router-no-route", view.name(last.host), dst.text(),
                 fmt::format("{} come here, and there is no route to {}: they are answered with ICMP unreachable", what,
                             dst.text()),
                 typed(fmt::format("ip route add {} via GATEWAY", dst.text())));
    return;
  }
  if (!last.next_host) {
    const bool on_wire = view.segment_of(last.host, last.route.dev).has_value();
    if (!on_wire || last.route.gateway.is_any()) return;  // dst itself is nobody's: other rules say so
    findings.add("gateway-unknown", view.name(last.host), last.next.text(),
                 fmt::format("{} go to gateway {}, and nobody on {} has that address", what, last.next.text(),
                             view.segment_name(*view.segment_of(last.host, last.route.dev))),
                 {AdviceId::gateway_address});
    return;
  }
  const std::size_t at = *last.next_host;
  if (view.is_local(at, dst) || view.is_director(at)) return;
  if (view.host(at).sysctls.get(host::Ipv4Key::ip_forward) != 0) return;
  findings.add(
      "router-no-forward", view.name(at), "",
      fmt::format("{} come here to be forwarded to {}, and ip_forward is 0: they are dropped", what, dst.text()),
      typed("sysctl -w net.ipv4.ip_forward=1"));
}

// A director has the VIP, a real server too, and who serves pages may have it as well. Everybody has 127.0.0.1.
void own_address(const View& view, const View::Asked& asked, Findings& findings) {
  if (asked.dst.is_loopback()) return;
  const auto serves = [&](const View::Listener& each) { return each.host == asked.host; };
  if (view.is_director(asked.host) || view.is_server_of(asked.host, asked.dst) || view.listeners() == nullptr ||
      std::ranges::any_of(*view.listeners(), serves))
    return;
  findings.add("client-has-vip", view.name(asked.host), asked.dst.text(),
               fmt::format("it has {} itself: it asks itself, and nothing goes to the director", asked.dst.text()),
               typed(fmt::format("ip addr del {}/32 dev lo", asked.dst.text())));
}

void client_way(const View& view, Findings& findings) {
  for (const View::Asked& asked : view.asked()) {
    findings.about(asked.host, asked.dst);
    if (!is_service(view, asked.dst)) continue;
    const Hop hop = view.hop(asked.host, asked.dst, {});
    if (hop.route.type != RouteType::unicast && hop.route.type != RouteType::local) {
      findings.add("client-no-route", view.name(asked.host), asked.dst.text(),
                   fmt::format("there is no route to {}, which it asks for: nothing is sent", asked.dst.text()),
                   typed("ip route add default via ROUTER"));
      continue;
    }
    if (hop.route.type == RouteType::local) own_address(view, asked, findings);
    if (hop.route.type == RouteType::unicast)
      follow(view, asked.host, asked.dst, {},
             fmt::format("packets of {} for {}", view.name(asked.host), asked.dst.text()), findings);
  }
}

void other_ways(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!use.server || use.server == use.director) continue;
    const std::string service = text_of(use.service.key);
    if (!use.droute())
      follow(view, use.director, use.destination.addr, {},
             fmt::format("packets of {} for {}", service, use.destination.addr.text()), findings);
    // Under NAT the rules of the server's gateway see to the way to the director.
    const std::size_t from = use.masq() ? use.director : *use.server;
    if (!view.is_local(from, use.flow.src))
      follow(view, from, use.flow.src, use.vip(), fmt::format("replies of {} to {}", service, use.flow.src.text()),
             findings);
  }
}

// Rules of iptables lead packets to other ports.
bool has_nat(const View& view, std::size_t host) {
  const auto* table = view.host(host).tables.iptables().known(host::IpTables::Kind::nat);
  bool found = false;
  if (table != nullptr)
    table->each_rule(
        [&](const host::IpRule& rule) { found = found || std::holds_alternative<host::xt::Nat>(rule.target); });
  return found;
}

void not_listening(const View& view, Findings& findings) {
  if (view.listeners() == nullptr) return;
  for (const Use& use : view.uses()) {
    findings.about(use);
    const bool tcp = use.flow.protocol == ipvs::IpProto::tcp;
    if (!use.flow.program || !use.server || (!tcp && use.flow.protocol != ipvs::IpProto::udp)) continue;
    if (use.destination.weight == 0 || use.flow.port == 0 || has_nat(view, *use.server)) continue;
    const base::Ipv4Addr addr = use.masq() ? use.destination.addr : use.vip();
    const std::uint16_t port = use.masq() && use.destination.port != 0 ? use.destination.port : use.flow.port;
    if (!view.is_local(*use.server, addr)) continue;  // vip-missing
    std::string others;
    bool listens = false;
    for (const View::Listener& each : *view.listeners()) {
      if (each.host != *use.server || each.tcp != tcp) continue;
      listens = listens || (each.port == port && (each.addr.is_any() || each.addr == addr));
      others +=
          fmt::format("{}{}:{}", others.empty() ? "" : ", ", each.addr.is_any() ? "*" : each.addr.text(), each.port);
    }
    if (listens) continue;
    findings.add(
        "server-not-listening", view.name(*use.server), fmt::format("{}:{}", addr.text(), port),
        fmt::format("nobody listens on {} {}:{}, where requests of {} arrive by {}{}: they are refused",
                    tcp ? "TCP" : "UDP", addr.text(), port, text_of(use.service.key), method_of(use.destination),
                    others.empty() ? std::string() : fmt::format(" (there is {})", others)),
        use.masq() ? trace::Advice{AdviceId::server_port, {}, {std::to_string(port)}}
                   : trace::Advice{AdviceId::server_port_of, {}, {std::to_string(port), addr.text()}});
  }
}

}  // namespace

const std::vector<Rule> kWayRules = {
    {{"address-unknown", "the client asks for an address that nobody has"}, address_unknown},
    {{"client-no-route", "the client has no route to the VIP"}, client_way},
    {{"client-has-vip", "the client has the VIP itself"}, nullptr},
    {{"gateway-unknown", "a gateway that nobody on the segment has"}, nullptr},
    {{"router-no-forward", "a router on the way does not forward"}, other_ways},
    {{"router-no-route", "a router on the way has no route on"}, nullptr},
    {{"server-not-listening", "no program of the real server listens on the port"}, not_listening},
};

}  // namespace lvs::control::diagnosis
