// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes of DR and TUN: the real server gets the packet as the client sent it, and answers as the VIP.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {
namespace {

bool direct(const Use& use) { return (use.droute() || use.ipip()) && use.server && use.server != use.director; }

void vip_missing(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!direct(use) || view.is_local(*use.server, use.vip()) || view.speaks_as(*use.server, use.vip())) continue;
    const bool forwards = view.host(*use.server).sysctls.get(host::Ipv4Key::ip_forward) != 0;
    findings.add("vip-missing", view.name(*use.server), use.vip().text(),
                 fmt::format("{} is no address of this server, but service {} forwards by {}: it {}", use.vip().text(),
                             text_of(use.service.key), method_of(use.destination),
                             forwards ? "forwards the requests it should answer" : "drops the requests"),
                 {AdviceId::vip_and_quiet,
                  {fmt::format("ip addr add {}/32 dev {}", use.vip().text(), use.ipip() ? "tunl0" : "lo")}});
  }
}

// Replies to an address that is in the VIP's network stay on the server if that network is on lo.
void vip_netmask(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!direct(use) || use.flow.host == *use.server || !view.is_local(*use.server, use.flow.src)) continue;
    for (const auto& dev : view.host(*use.server).devices()) {
      if (!dev->is_loopback()) continue;
      for (const host::InterfaceAddress& each : dev->addresses) {
        if (each.prefix.addr != use.vip() || !each.prefix.contains(use.flow.src)) continue;
        findings.add("vip-netmask", view.name(*use.server), use.vip().text(),
                     fmt::format("{}/{} on {} makes all of that network addresses of this server, {} of {} among them: "
                                 "it keeps the replies of {} to itself",
                                 use.vip().text(), each.prefix.length, dev->name(), use.flow.src.text(),
                                 view.name(use.flow.host), text_of(use.service.key)),
                     typed(fmt::format("ip addr del {0}/{1} dev {2}; ip addr add {0}/32 dev {2}", use.vip().text(),
                                       each.prefix.length, dev->name())));
      }
    }
  }
}

void gateway_is_director(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!direct(use) || !view.is_local(*use.server, use.vip())) continue;
    const Hop hop = view.hop(*use.server, use.flow.src, use.vip());
    if (hop.route.type != host::RouteType::unicast || hop.next_host != use.director) continue;
    if (use.flow.src == hop.next || !view.is_local(use.director, use.vip())) continue;
    const auto segment = view.segment_of(*use.server, hop.route.dev);
    const auto in = view.interfaces_on(use.director, *segment);
    const auto takes_own = [&](const host::Device* dev) {
      return view.host(use.director).conf_either(*dev, host::Conf::accept_local);
    };
    if (std::ranges::any_of(in, takes_own)) continue;
    findings.add("direct-gateway-is-director", view.name(*use.server), hop.next.text(),
                 fmt::format("replies to {} go to {}, the director, with its own address {} as their source ({} "
                             "forwards by {}): it drops them as martians",
                             use.flow.src.text(), hop.next.text(), use.vip().text(), text_of(use.service.key),
                             method_of(use.destination)),
                 {AdviceId::gateway_of_director, {"ip route replace default via ROUTER"}});
  }
}

// ipvsadm puts the service's port in when a destination is added by -g or -i, without a word; so the port that was
// meant is in the commands only.
std::optional<std::string> port_in_commands(const View& view, const Use& use) {
  const std::string server = use.destination.addr.text() + ":";
  const auto look = [&](std::string_view text) -> std::optional<std::string> {
    if (text.find("ipvsadm") == std::string_view::npos) return std::nullopt;
    const bool method = text.find(" -g") != text.npos || text.find(" -i") != text.npos ||
                        text.find(" --") != text.npos || text.find(" -m") == text.npos;
    const std::size_t at = text.find(server);
    if (at == std::string_view::npos || !method || text.find(option_of(use.service.key)) == text.npos)
      return std::nullopt;
    std::string_view port = text.substr(at + server.size());
    port = port.substr(0, port.find_first_not_of("0123456789"));
    if (port.empty() || port == std::to_string(use.service.key.port) || port == "0") return std::nullopt;
    return std::string(port);
  };
  std::optional<std::string> found;
  for (const LabLine& line : view.model().lab().hosts[use.director].startup)
    if (auto port = look(line.text)) found = port;
  for (const LabEvent& event : view.model().lab().timeline) {
    const auto* command = std::get_if<LabCommand>(&event.what);
    if (command == nullptr || event.host != use.director) continue;
    if (auto port = look(command->text)) found = port;
  }
  return found;
}

void port_mapping(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!direct(use) || use.service.key.fwmark != 0 || use.service.key.port == 0) continue;
    const auto port = port_in_commands(view, use);
    if (!port) continue;
    findings.add("direct-port-mapping", view.name(use.director), text_of(use.destination),
                 fmt::format("destination {}:{} of {} names another port, but {} leaves packets as they are: requests "
                             "arrive at port {}, which ipvsadm has put in",
                             use.destination.addr.text(), *port, text_of(use.service.key), method_of(use.destination),
                             use.service.key.port),
                 {AdviceId::no_port_mapping, {}, {std::to_string(use.service.key.port)}});
  }
}

void router_between(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!use.droute() || !direct(use)) continue;
    const Hop hop = view.hop(use.director, use.destination.addr, {});
    if (hop.route.type != host::RouteType::unicast || hop.route.gateway.is_any()) continue;
    const std::string router = hop.next_host ? view.name(*hop.next_host) : hop.next.text();
    findings.add("dr-router-between", view.name(use.director), text_of(use.destination),
                 fmt::format("{} is between the director and destination {} of {}: DR sends it the packet with "
                             "destination {}, which it routes as it likes, not to the server",
                             router, text_of(use.destination), text_of(use.service.key), use.vip().text()),
                 {AdviceId::tunnel_or_segment});
  }
}

// Its packets may never get so far as the wire: it asks for the server by ARP with the VIP as sender, and a host that
// has this address itself does not answer. So the commands are looked at.
bool asks_itself(const View& view, std::size_t director, base::Ipv4Addr vip) {
  for (const LabEvent& event : view.model().lab().timeline) {
    const auto* command = std::get_if<LabCommand>(&event.what);
    if (command == nullptr || event.host != director) continue;
    const std::string& text = command->text;
    const bool client = std::ranges::any_of(std::to_array<std::string_view>({"curl ", "nc ", "ab ", "wget "}),
                                            [&](std::string_view name) { return text.find(name) != text.npos; });
    const std::size_t at = text.find(vip.text());
    const std::size_t behind = at + vip.text().size();
    if (client && at != text.npos && (behind == text.size() || text[behind] < '0' || text[behind] > '9')) return true;
  }
  return false;
}

void local_client(const View& view, Findings& findings) {
  for (std::size_t d = 0; d < view.hosts(); ++d) {
    std::map<base::Ipv4Addr, bool> asked;
    for (const ipvs::VirtualService* service : view.services(d)) {
      if (service->key.fwmark != 0) continue;
      const auto [asks, fresh] = asked.try_emplace(service->key.addr);
      if (fresh) asks->second = asks_itself(view, d, service->key.addr);
      if (!asks->second) continue;
      for (const ipvs::Destination* each : service->destinations) {
        const auto server = view.owner(each->addr);
        if (each->method == ipvs::ForwardMethod::masq || !server || server == d) continue;
        findings.about(d, service->key.addr);
        findings.add("direct-local-client", view.name(d), text_of(service->key),
                     fmt::format("the director itself is the client of {}, which forwards by {}: its requests bear "
                                 "the VIP as their source, which the server has too and does not believe",
                                 text_of(service->key), method_of(*each)),
                     {AdviceId::other_client});
      }
    }
  }
}

}  // namespace

const std::vector<Rule> kDirectRules = {
    {{"vip-missing", "DR or TUN, and the real server lacks the VIP"}, vip_missing},
    {{"vip-netmask", "DR or TUN, and the VIP's netmask on lo takes in the client"}, vip_netmask},
    {{"direct-gateway-is-director", "DR or TUN, and the real server's gateway is the director"}, gateway_is_director},
    {{"direct-port-mapping", "DR or TUN to another port"}, port_mapping},
    {{"dr-router-between", "DR, and a router is between director and real server"}, router_between},
    {{"direct-local-client", "DR or TUN, and the director is the client"}, local_client},
};

}  // namespace lvs::control::diagnosis
