// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes in what the director was told: services, destinations, addresses.
#include <fmt/format.h>

#include <algorithm>

#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {
namespace {

void no_destination(const View& view, Findings& findings) {
  for (const auto& [director, service, flow] : view.taken()) {
    findings.about(flow);
    const std::string text = text_of(service.key);
    if (service.destinations.empty()) {
      findings.add(
          "no-destination", view.name(director), text,
          fmt::format("{} has no destination: {} gets ICMP port unreachable from the VIP", text, view.name(flow.host)),
          {AdviceId::add_destination, {fmt::format("ipvsadm -a {} -r RIP:PORT -m", option_of(service.key))}});
    }
  }
}

void weight_zero(const View& view, Findings& findings) {
  for (const auto& [director, service, flow] : view.taken()) {
    findings.about(flow);
    const auto takes_new = [](const ipvs::Destination* each) { return each->weight > 0; };
    if (service.destinations.empty() || std::ranges::any_of(service.destinations, takes_new)) continue;
    const std::string text = text_of(service.key);
    findings.add(
        "weight-zero", view.name(director), text,
        fmt::format("every destination of {} has weight 0: connections go on, new ones are refused", text),
        typed(fmt::format("ipvsadm -e {} -r {} {} -w 1", option_of(service.key), text_of(*service.destinations.front()),
                          method_option(*service.destinations.front()))));
  }
}

// A server that died and was given weight 0 in place of being taken out: its clients are still sent to it.
void persistent_to_weight_zero(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    if (!use.service.persistent() || use.destination.weight > 0) continue;
    const auto takes_new = [](const ipvs::Destination* each) { return each->weight > 0; };
    if (std::ranges::none_of(use.service.destinations, takes_new)) continue;
    if (view.model().machine(use.director).ipvs().read_sysctl("expire_quiescent_template") != "0") continue;
    findings.about(use);
    findings.add("persistence-quiescent", view.name(use.director), text_of(use.destination),
                 fmt::format("destination {} of {} has weight 0, and whoever was sent to it within the last {} s still "
                             "is: persistence goes on until its template ends",
                             text_of(use.destination), text_of(use.service.key), use.service.timeout),
                 {AdviceId::command, {"sysctl -w net.ipv4.vs.expire_quiescent_template=1"}});
  }
}

void overloaded(const View& view, Findings& findings) {
  for (const auto& [director, service, flow] : view.taken()) {
    findings.about(flow);
    const auto full = [](const ipvs::Destination* each) { return each->weight > 0 && each->overloaded; };
    const auto free = [](const ipvs::Destination* each) { return each->weight > 0 && !each->overloaded; };
    if (std::ranges::any_of(service.destinations, free) || std::ranges::none_of(service.destinations, full)) continue;
    const std::string text = text_of(service.key);
    findings.add(
        "overloaded", view.name(director), text,
        fmt::format("every destination of {} has reached its upper threshold: new connections are refused", text),
        {AdviceId::threshold});
  }
}

// To ports where nobody listens: that they are refused says that the way has ended.
bool is_traceroute(const Flow& flow) {
  constexpr unsigned kFirst = 33434, kLast = 33534;
  return flow.protocol == ipvs::IpProto::udp && flow.port >= kFirst && flow.port <= kLast;
}

// A packet for an address that has services, and for none of them.
void no_service(const View& view, Findings& findings) {
  for (const Flow& flow : view.flows()) {
    findings.about(flow);
    if (flow.port == 0 || is_traceroute(flow)) continue;
    if (view.is_server_of(flow.host, flow.dst)) continue;  // answers the director, as a client of its own service
    if (view.is_taken(flow)) continue;
    for (std::size_t d = 0; d < view.hosts(); ++d) {
      if (d == flow.host || !view.is_local(d, flow.dst)) continue;
      const auto& services = view.services_of(d, flow.dst);
      const auto ftp = [&](const auto* s) { return s->key.port == 21; };  // data connections
      if (services.empty() || std::ranges::any_of(services, ftp)) continue;
      const auto first = services.begin();
      ipvs::ServiceKey wanted{flow.protocol, flow.dst, flow.port, 0};
      // The helper reads along with services of port 21 alone.
      const auto hidden_ftp = std::ranges::find_if(services, [&](const auto* s) {
        const auto ftp_port = [](const auto* each) { return each->port == 21 || each->port == 2121; };
        return s->key.protocol == ipvs::IpProto::tcp && std::ranges::any_of(s->destinations, ftp_port);
      });
      if (hidden_ftp != services.end() && flow.protocol == ipvs::IpProto::tcp && flow.port >= 1024) {
        findings.add("ftp-not-read", view.name(d), text_of(wanted),
                     fmt::format("{} sends to {}, which is no service: a data connection of FTP, of which the helper "
                                 "knows nothing, for it reads along with port 21 alone and not with {}",
                                 view.name(flow.host), text_of(wanted), text_of((*hidden_ftp)->key)),
                     {AdviceId::ftp_service, {fmt::format("ipvsadm -A -t {}:21", flow.dst.text())}});
        continue;
      }
      findings.add("no-service", view.name(d), text_of(wanted),
                   fmt::format("{} sends to {}, which is no service (there is {}): the director answers as a host "
                               "with a closed port",
                               view.name(flow.host), text_of(wanted), text_of((*first)->key)),
                   {AdviceId::service_or_port, {"ipvsadm -A " + option_of(wanted)}});
    }
  }
}

void no_address(const View& view, std::size_t director, const ipvs::ServiceKey& key, base::Ipv4Addr vip,
                Findings& findings) {
  findings.add("vip-not-on-director", view.name(director), vip.text(),
               fmt::format("{} is no address of the director, so packets for {} never reach IPVS, which works at "
                           "LOCAL_IN",
                           vip.text(), text_of(key)),
               typed(fmt::format("ip addr add {}/32 dev eth0", vip.text())));
}

// A mark goes with any address: one that the director has at other times, and nobody has now.
void marked_vip_gone(const View& view, Findings& findings) {
  for (const Flow& flow : view.flows()) {
    findings.about(flow);
    if (flow.reply || view.owner(flow.dst)) continue;
    for (std::size_t d = 0; d < view.hosts(); ++d) {
      if (d == flow.host || !view.is_own_at_times(d, flow.dst) || view.is_local(d, flow.dst)) continue;
      for (const ipvs::VirtualService* each : view.services(d))
        if (each->key.fwmark != 0) no_address(view, d, each->key, flow.dst, findings);
    }
  }
}

void vip_not_on_director(const View& view, Findings& findings) {
  // Whoever had it was cut off, and the others take over.
  if (view.disturbed(view.model().now() - view.model().zero())) return;
  for (const auto& [director, service, flow] : view.taken()) {
    findings.about(flow);
    if (service.key.fwmark != 0 || view.is_local(director, service.key.addr)) continue;
    // A director that waits to take over has the service and not yet the address.
    bool elsewhere = false;
    for (std::size_t d = 0; d < view.hosts(); ++d)
      elsewhere = elsewhere || (d != director && view.is_local(d, service.key.addr) &&
                                view.model().machine(d).ipvs().find_service(service.key) != nullptr);
    if (!elsewhere) no_address(view, director, service.key, service.key.addr, findings);
  }
  marked_vip_gone(view, findings);
}

void server_unknown(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (use.server || view.anybody_speaks_as(use.destination.addr)) continue;
    findings.add("server-unknown", view.name(use.director), text_of(use.destination),
                 fmt::format("no host of the lab has the address of destination {} of {}", text_of(use.destination),
                             text_of(use.service.key)),
                 {AdviceId::right_server, {}, {use.destination.addr.text()}});
  }
}

void server_unreachable(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!use.server) continue;
    const Hop hop = view.hop(use.director, use.destination.addr, {});
    const bool no_route = hop.route.type != host::RouteType::unicast && hop.route.type != host::RouteType::local;
    const bool nobody = hop.route.type == host::RouteType::unicast && !hop.next_host &&
                        view.segment_of(use.director, hop.route.dev).has_value();
    if (!no_route && !nobody) continue;
    const std::string server = text_of(use.destination), service = text_of(use.service.key);
    if (nobody && hop.next == use.destination.addr) {
      findings.add("server-unreachable", view.name(use.director), server,
                   fmt::format("destination {} of {} is asked for on {}, and {} does not have it there", server,
                               service, hop.route.dev->name(), view.name(*use.server)),
                   {AdviceId::interface_up,
                    {},
                    {view.name(*use.server), view.segment_name(*view.segment_of(use.director, hop.route.dev)),
                     use.destination.addr.text()}});
      continue;
    }
    findings.add(
        "server-unreachable", view.name(use.director), server,
        no_route ? fmt::format("there is no route to destination {} of {}", server, service)
                 : fmt::format("the next hop to destination {} of {} is {}, and nobody there has that address", server,
                               service, hop.next.text()),
        typed(fmt::format("ip route {} {} via GATEWAY", no_route ? "add" : "replace", use.destination.addr.text())));
  }
}

}  // namespace

const std::vector<Rule> kServiceRules = {
    {{"no-destination", "a service without real servers"}, no_destination},
    {{"weight-zero", "every real server of a service has weight 0"}, weight_zero},
    {{"persistence-quiescent", "persistence still sends clients to a server of weight 0, which does not answer"},
     persistent_to_weight_zero},
    {{"overloaded", "every real server of a service has reached its upper threshold"}, overloaded},
    {{"ftp-not-read", "a data connection of FTP, and a service that the helper does not read along with"}, nullptr},
    {{"no-service", "the client uses a port of the VIP that is no service"}, no_service},
    {{"vip-not-on-director", "the VIP is no address of the director"}, vip_not_on_director},
    {{"server-unknown", "no host has the real server's address"}, server_unknown},
    {{"server-unreachable", "the director has no way to the real server"}, server_unreachable},
};

}  // namespace lvs::control::diagnosis
