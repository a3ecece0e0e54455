// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/loss.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace lvs::control::diagnosis {
namespace {

using trace::Drop;

trace::Advice cure_of(Drop drop) {
  switch (drop) {
    case Drop::ip_forwarding_off: return {AdviceId::address_or_forward, {"sysctl -w net.ipv4.ip_forward=1"}};
    case Drop::ip_rpfilter: return {AdviceId::rp_filter_of_both, {"sysctl -w net.ipv4.conf.all.rp_filter=0"}};
    case Drop::ip_martian_source: return {AdviceId::other_gateway};
    case Drop::ip_innoroutes:
    case Drop::ip_outnoroutes: return {AdviceId::route_on};
    case Drop::neigh_failed: return {AdviceId::host_asked_for};
    case Drop::tunnel_no_device: return typed("ip link set tunl0 up");
    case Drop::ip_noproto: return typed("modprobe ipip; ip link set tunl0 up");
    case Drop::pkt_too_big:
    case Drop::ipvs_tunnel_mtu: return {AdviceId::mtu};
    case Drop::ip_ttl: return {AdviceId::no_loop};
    case Drop::no_socket: return {AdviceId::program_there};
    default: return {AdviceId::see_walk};
  }
}

// Of a rule or policy of iptables, as a command that makes it.
trace::Advice cure_of(const std::string& decision) {
  if (decision.find(" -P ") != std::string::npos)
    return {AdviceId::rule_or_policy, {decision.substr(0, decision.rfind(' ')) + " ACCEPT"}};
  const std::size_t at = decision.find(" -A ");
  if (at == std::string::npos) return {AdviceId::setting, {}, {decision}};
  return typed(std::string(decision).replace(at, 4, " -D "));
}

std::string service_text(const Tuple& tuple) {
  return text_of(ipvs::ServiceKey{tuple.protocol, tuple.dst, tuple.dport, 0});
}

class Finder {
 public:
  Finder(const View& view, const Losses& losses, Findings& findings, std::vector<LabEvidence>& shown)
      : view_(view), losses_(losses), findings_(findings), shown_(shown) {}

  void look(const Connection& of) {
    switch (of.outcome) {
      case Outcome::request_lost:
      case Outcome::reply_lost: return lost(of, *of.shown);
      case Outcome::refused: return rejected(of);
      case Outcome::unanswered: return unanswered(of);
      case Outcome::wrong_source: return wrong_source(of);
      case Outcome::answered:
      case Outcome::broken: return;
    }
  }

 private:
  void add(const Connection& of, std::string_view rule, std::size_t host, std::string subject, std::string text,
           trace::Advice cure) {
    const std::size_t before = findings_.all.size();
    findings_.add(rule, view_.name(host), std::move(subject), std::move(text), std::move(cure));
    if (findings_.all.size() > before) shown_.push_back(losses_.proof.evidence(of));
  }

  // By a rule of iptables?
  bool filtered(const Connection& of, const Life& life) {
    if (life.fate != Life::Fate::dropped || life.drop != Drop::netfilter_drop) return false;
    if (life.by == kNftables) return true;  // said of keepalived: vrrp.cc
    const bool rejects = life.by.find("-j REJECT") != std::string::npos;
    add(of, "iptables-drops", life.where, life.by,
        fmt::format("\"{}\" {} packets of {} for {}", life.by, rejects ? "rejects" : "drops", view_.name(of.host),
                    service_text(of.tuple)),
        cure_of(life.by));
    return true;
  }

  void lost(const Connection& of, const Life& life) {
    if (filtered(of, life)) return;
    if (life.fate == Life::Fate::dropped && life.drop == Drop::ip_ttl && circled(of, life)) return;
    // Of the answer to a request that has come to a program.
    if (life.drop == Drop::ip_outnoroutes && life.stage == trace::Stage::socket) return no_way_back(of);
    const std::string_view what = of.outcome == Outcome::reply_lost ? "replies" : "requests";
    const std::string whose = fmt::format("{} of {} {} {}", what, service_text(of.tuple),
                                          of.outcome == Outcome::reply_lost ? "to" : "from", view_.name(of.host));
    if (life.drop == Drop::ip_martian_source && life.where == of.host && life.last.src == life.last.dst)
      return own_server(of, life);
    if (life.fate == Life::Fate::dropped) {
      add(of, "packets-lost", life.where, fmt::format("{} {}", trace::name_of(life.drop), of.tuple.dst.text()),
          fmt::format("{} end here: {}", whose, trace::text_of(life.drop)), cure_of(life.drop));
      return;
    }
    if (life.fate == Life::Fate::delivered)
      return add(of, "packets-lost", life.where, "delivered " + of.tuple.dst.text(),
                 fmt::format("{} come here, where nobody has asked", whose), {AdviceId::way_back});
    if (view_.disturbed(life.begin - losses_.proof.zero())) return;  // a cable was cut, or a machine is off
    if (life.stage == trace::Stage::neighbour)
      return add(of, "packets-lost", life.where, fmt::format("waits {}", of.tuple.dst.text()),
                 fmt::format("{} wait here for the MAC address of their next hop, which nobody tells", whose),
                 {AdviceId::host_asked_for});
    add(of, "packets-lost", life.where, "nobody " + of.tuple.dst.text(),
        fmt::format("{} leave this host for a MAC address that nobody has", whose),
        {AdviceId::right_mac, {"ip neigh flush all"}});
  }

  // A server asks the service, and is chosen itself: the request comes back with its own address as the source.
  void own_server(const Connection& of, const Life& life) {
    const std::string own = life.last.src.text();
    add(of, "packets-lost", life.where, "own " + of.tuple.dst.text(),
        fmt::format("it is a client of {}, and the director sends it its own request back, with its own address {} as "
                    "the source, which it does not believe",
                    service_text(of.tuple), own),
        typed(fmt::format("sysctl -w net.ipv4.vs.conntrack=1; iptables -t nat -A POSTROUTING -s {} -d {} -j MASQUERADE",
                          own, own)));
  }

  // Directors that hand it to and fro: each of them is a server of the other.
  bool circled(const Connection& of, const Life& life) {
    std::set<std::string> names;
    for (std::size_t i = 0; i + 2 < life.path.size(); ++i) {
      const std::size_t host = life.path[i];
      const bool again = std::find(life.path.begin() + i + 1, life.path.end(), host) != life.path.end();
      if (again && view_.is_director(host)) names.insert(view_.name(host));
    }
    if (names.size() < 2) return false;
    add(of, "director-loop", life.where, of.tuple.dst.text(),
        fmt::format("{} send requests of {} to each other until their TTL is used up: each is a director of it, and "
                    "takes what the other sends to a server for a client's",
                    fmt::join(names, " and "), service_text(of.tuple)),
        {AdviceId::no_director_loop});
    return true;
  }

  // By a rule of iptables, by a router that knows no way, or when it has gone round.
  void rejected(const Connection& of) {
    for (const Life* each : of.requests)
      if (filtered(of, *each)) return;
    for (const Life* each : of.requests) {
      if (each->fate == Life::Fate::dropped && each->drop == Drop::ip_ttl) {
        if (!circled(of, *each)) lost(of, *each);
        return;
      }
      const bool no_way = each->drop == Drop::neigh_failed || each->drop == Drop::ip_innoroutes;
      if (each->fate == Life::Fate::dropped && no_way) return lost(of, *each);
    }
  }

  void unanswered(const Connection& of) {
    if (of.tuple.protocol != wire::IpProto::tcp) return;  // a datagram wants no answer
    const Life& life = *of.shown;
    const host::RouteType way = view_.hop(life.where, life.last.src, life.last.dst).route.type;
    if (way != host::RouteType::unicast && way != host::RouteType::local) return no_way_back(of);
    add(of, "packets-lost", life.where, "unanswered " + of.tuple.dst.text(),
        fmt::format("requests of {} come here and are not answered", service_text(of.tuple)),
        {AdviceId::program_waits});
  }

  void no_way_back(const Connection& of) {
    const Life& life = *of.shown;
    add(of, "no-way-back", life.where, life.last.src.text(),
        fmt::format("there is no route to {}, from which requests of {} come: replies are never sent",
                    life.last.src.text(), service_text(of.tuple)),
        {AdviceId::route_back});
  }

  void wrong_source(const Connection& of) {
    const Life& life = *of.shown;
    if (life.last.src == of.tuple.dst) return wrong_port(of);
    add(of, "wrong-source", life.origin, of.tuple.dst.text(),
        fmt::format("its replies come to {} from {}, who has asked {}: they do not pass the director that has "
                    "rewritten the request",
                    view_.name(of.host), life.last.src.text(), of.tuple.dst.text()),
        {AdviceId::default_via_director});
  }

  // A rule of iptables has led the request to the port of a service, and IPVS keeps its answers from the tracker.
  void wrong_port(const Connection& of) {
    const Life& life = *of.shown;
    const auto director = std::ranges::find_if(life.path, [this](std::size_t host) { return view_.is_director(host); });
    add(of, "wrong-source", director == life.path.end() ? life.origin : *director, of.tuple.dst.text(),
        fmt::format("replies come to {} from port {} of {}, and it has asked port {}: iptables has changed the port of "
                    "the request, and does not see what IPVS sends back",
                    view_.name(of.host), life.last.sport, of.tuple.dst.text(), of.tuple.dport),
        typed("sysctl -w net.ipv4.vs.conntrack=1"));
  }

  const View& view_;
  const Losses& losses_;
  Findings& findings_;
  std::vector<LabEvidence>& shown_;
};

}  // namespace

const std::vector<LabRule> kLossRules = {
    {"director-loop", "two directors of one service send its packets to each other"},
    {"iptables-drops", "a rule or policy of iptables drops what is for a service, or its replies"},
    {"packets-lost", "what is for a service, or its replies, ends where no other rule says why"},
    {"wrong-source", "replies come from another address than the one that was asked"},
};

void find_losses(const View& view, const Losses& losses, Findings& findings, std::vector<LabEvidence>& shown) {
  constexpr base::Time kPatience = std::chrono::milliseconds(500);  // what began later may still be on its way
  Finder finder(view, losses, findings, shown);
  for (const Connection& each : losses.proof.connections()) {
    if (each.injected || !each.failed() || each.begin + kPatience > losses.end) continue;
    if (losses.is_virtual(each) && !losses.is_explained(each)) finder.look(each);
  }
}

}  // namespace lvs::control::diagnosis
