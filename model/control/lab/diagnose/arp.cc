// SPDX-License-Identifier: GPL-2.0-or-later
// The ARP problem: who answers for an address, and who makes others believe that it is his. The machines are asked
// themselves, so arp_ignore, arp_announce, arp_filter, arptables and whatever else decides has its say.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "control/lab/diagnose/view.h"
#include "wire/arp.h"
#include "wire/ethernet.h"

namespace lvs::control::diagnosis {
namespace {

constexpr std::size_t kArpFrame = wire::Ethernet::kSize + wire::Arp::kSize;

std::optional<wire::Arp> arp_in(const std::vector<std::uint8_t>& frame) {
  if (frame.size() < kArpFrame || base::load_be16(frame.data() + 12) != 0x0806) return std::nullopt;
  return wire::Arp::parse(base::ByteView(frame).subspan(wire::Ethernet::kSize));
}

// Somebody who would ask for an address on a segment.
struct Asker {
  std::size_t host;
  const host::Device* dev;
  base::Ipv4Addr addr;  // that it would ask with
};

std::vector<Asker> askers(const View& view, std::size_t segment, base::Ipv4Addr target) {
  std::vector<Asker> result;
  for (std::size_t h = 0; h < view.hosts(); ++h) {
    if (view.is_local(h, target)) continue;
    const Hop hop = view.hop(h, target, {});
    if (hop.route.type != host::RouteType::unicast || hop.next != target || hop.route.src.is_any()) continue;
    if (view.segment_of(h, hop.route.dev) != segment) continue;
    const host::Neighbour* const known = view.host(h).neighbours.find(*hop.route.dev, target);
    if (known != nullptr && known->state == host::NeighbourState::permanent) continue;  // never asks
    result.push_back({h, hop.route.dev, hop.route.src});
  }
  return result;
}

// Does `host` answer this question on the interface?
bool answers(const View& view, std::size_t host, host::Device& in, const Asker& asker, base::Ipv4Addr target) {
  std::vector<std::uint8_t> frame(kArpFrame);
  wire::Ethernet{frame.data()}.set(base::MacAddr::broadcast(), asker.dev->mac, wire::EtherType::arp);
  wire::Arp{wire::Arp::Op::request, asker.dev->mac, asker.addr, {}, target}.emit(frame.data() + wire::Ethernet::kSize);
  const auto sent =
      view.model().sent_during(host, [&] { view.host(host).receive(in, host::Packet::from_frame(frame)); });
  return std::ranges::any_of(sent, [&](const auto& reply) {
    const auto arp = arp_in(reply);
    return arp && arp->op == wire::Arp::Op::reply && arp->sender_ip == target;
  });
}

struct Answer {
  std::size_t host;
  const host::Device* dev;
};

// Everybody on the segment who answers, an asker being whoever it is.
std::vector<Answer> who_answers(const View& view, std::size_t segment, const Asker& asker, base::Ipv4Addr target) {
  std::vector<Answer> result;
  for (std::size_t h = 0; h < view.hosts(); ++h) {
    if (h == asker.host) continue;
    for (host::Device* dev : view.interfaces_on(h, segment))
      if (answers(view, h, *dev, asker, target)) result.push_back({h, dev});
  }
  return result;
}

// The device that has the address.
std::string place_of(const View& view, std::size_t host, base::Ipv4Addr addr) {
  for (const auto& dev : view.host(host).devices())
    for (const host::InterfaceAddress& a : dev->addresses)
      if (a.prefix.addr == addr) return dev->name();
  return "lo";
}

trace::Advice cure_for(const View& view, std::size_t server, base::Ipv4Addr vip, const host::Device& in) {
  const std::string place = place_of(view, server, vip);
  std::string quiet = "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2";
  if (place != in.name()) return typed(quiet);
  return {AdviceId::vip_on_lo, {fmt::format("ip addr add {}/32 dev lo", vip.text()), quiet}, {place}};
}

// A server that is a director of the same service, too, does what it should when it takes the packet.
bool directs(const View& view, std::size_t host, const Use& use) {
  // Marks are each director's own: what matters is to whom they lead.
  const auto shares = [&](const ipvs::VirtualService& service) {
    return std::ranges::any_of(service.destinations, [&](const ipvs::Destination* each) {
      return std::ranges::any_of(use.service.destinations,
                                 [&](const ipvs::Destination* other) { return other->addr == each->addr; });
    });
  };
  const auto same = [&](const ipvs::VirtualService* service) {
    if (service->key.fwmark == 0) return service->key.addr == use.vip();
    return use.service.key.fwmark == service->key.fwmark || (use.service.key.fwmark != 0 && shares(*service));
  };
  return std::ranges::any_of(view.services(host), same);
}

// A server that has the VIP beside the director.
bool is_plain_server(const View& view, const Use& use) {
  return !use.masq() && use.server && use.server != use.director && view.is_local(*use.server, use.vip()) &&
         !directs(view, *use.server, use);
}

void server_answers(const View& view, Findings& findings) {
  std::set<std::pair<std::size_t, base::Ipv4Addr>> asked;
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!is_plain_server(view, use)) continue;
    if (!asked.insert({*use.server, use.vip()}).second) continue;  // by another service of this VIP
    for (std::size_t segment = 0; segment < view.model().lab().segments.size(); ++segment) {
      for (const Asker& asker : askers(view, segment, use.vip())) {
        for (const Answer& answer : who_answers(view, segment, asker, use.vip())) {
          if (answer.host != *use.server) continue;
          findings.add(
              "arp-answers", view.name(answer.host), use.vip().text() + answer.dev->name(),
              fmt::format("it answers ARP requests for the VIP {} (on {}) by {}: {} may send its packets here, "
                          "past the director",
                          use.vip().text(), place_of(view, answer.host, use.vip()), answer.dev->name(),
                          view.name(asker.host)),
              cure_for(view, answer.host, use.vip(), *answer.dev));
        }
      }
    }
  }
}

// A server that asks for its next hop with the VIP as sender rewrites the entries that others have for the VIP.
void server_announces(const View& view, Findings& findings) {
  for (const Use& use : view.uses()) {
    findings.about(use);
    if (!is_plain_server(view, use)) continue;
    const Hop hop = view.hop(*use.server, use.flow.src, use.vip());
    const auto segment = view.segment_of(*use.server, hop.route.dev);
    if (hop.route.type != host::RouteType::unicast || !segment) continue;
    const std::vector<Asker> victims = askers(view, *segment, use.vip());
    if (victims.empty()) continue;
    host::Host& server = view.host(*use.server);
    const host::Neighbour* const before = server.neighbours.find(*hop.route.dev, hop.next);
    if (before != nullptr && before->state == host::NeighbourState::permanent) continue;
    const bool fresh = before == nullptr;
    host::Neighbour& entry = server.neighbours.find_or_create(*hop.route.dev, hop.next);
    host::PacketPtr reply = host::Packet::create();
    reply->set_network_header();
    wire::Ipv4{reply->put(wire::Ipv4::kMinSize)}.init(0, wire::Ipv4::kMinSize, 0, 0, 64, use.service.key.protocol,
                                                      use.vip(), use.flow.src);
    const auto sent = view.model().sent_during(*use.server, [&] { server.arp.solicit(entry, reply.get(), false); });
    if (fresh) server.neighbours.remove(entry);
    const bool tells = std::ranges::any_of(sent, [&](const auto& frame) {
      const auto arp = arp_in(frame);
      return arp && arp->sender_ip == use.vip();
    });
    if (!tells) continue;
    findings.add("arp-announces", view.name(*use.server), use.vip().text() + hop.route.dev->name(),
                 fmt::format("it asks for {} with the VIP {} as sender: {} then takes its MAC for the VIP's, past the "
                             "director",
                             hop.next.text(), use.vip().text(), view.name(victims.front().host)),
                 typed("sysctl -w net.ipv4.conf.all.arp_announce=2"));
  }
}

// An address on two hosts that both answer, and that are not a director and its servers.
void duplicate(const View& view, Findings& findings) {
  for (std::size_t h = 0; h < view.hosts(); ++h) {
    for (const auto& dev : view.host(h).devices()) {
      for (const host::InterfaceAddress& a : dev->addresses) {
        const base::Ipv4Addr addr = a.prefix.addr;
        if (addr.is_loopback()) continue;
        for (std::size_t segment = 0; segment < view.model().lab().segments.size(); ++segment) {
          const auto who = askers(view, segment, addr);
          if (who.empty() || view.interfaces_on(h, segment).empty()) continue;
          std::vector<Answer> all = who_answers(view, segment, who.front(), addr);
          // arp-answers speaks of those.
          std::erase_if(all, [&](const Answer& each) {
            return view.is_server_of(each.host, addr) && !view.is_director(each.host);
          });
          if (all.size() < 2 || all.front().host != h || all.front().host == all.back().host) continue;
          findings.about(who.front().host, addr);
          findings.add("duplicate-address", view.name(all.back().host), addr.text(),
                       fmt::format("it and {} both answer ARP requests for {} on {}: who asks, {} for one, takes the "
                                   "answer that it likes best",
                                   view.name(h), addr.text(), view.segment_name(segment), view.name(who.front().host)),
                       {AdviceId::address_once});
        }
      }
    }
  }
}

}  // namespace

const std::vector<Rule> kArpRules = {
    {{"arp-answers", "DR or TUN, and the real server answers ARP requests for the VIP"}, server_answers},
    {{"arp-announces", "DR or TUN, and the real server asks by ARP with the VIP as sender"}, server_announces},
    {{"duplicate-address", "two hosts answer ARP requests for one address"}, duplicate},
};

}  // namespace lvs::control::diagnosis
