// SPDX-License-Identifier: GPL-2.0-or-later
// Labs that wait, for a kernel in virtual time: connections of every state and templates, neighbours, fragments, path
// MTUs, each left alone for some time and then looked at.
#include <fmt/format.h>

#include "referee/generate/generate.h"
#include "referee/generate/sketch.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

namespace lvs::referee {
namespace {

using wire::Tcp;

constexpr auto kTcp = static_cast<std::uint8_t>(wire::IpProto::tcp);
constexpr auto kUdp = static_cast<std::uint8_t>(wire::IpProto::udp);

IpFields from_client(Sketch& s, base::Ipv4Addr to) {
  IpFields ip;
  ip.src = s.client_address(0);
  ip.dst = to;
  ip.id = static_cast<std::uint16_t>(++s.id);
  return ip;
}

void client_sends(Sketch& s, const IpFields& ip, std::uint8_t protocol, const Bytes& payload, bool piece = false) {
  s.inject(Sketch::client(0), 0, ip_frame(s.client_gateway_mac(), Sketch::mac(0, 0), ip, protocol, payload, 0, piece));
}

// A connection led as far as chance will have it, and left there.
void half_a_conversation(Sketch& s) {
  const auto sport = static_cast<std::uint16_t>(41000 + s.dice.below(500));
  const std::uint16_t dport = s.some_service().port == 0 ? 21 : s.some_service().port;
  const auto say = [&](std::uint8_t flags, std::uint32_t seq) {
    const IpFields ip = from_client(s, Sketch::vip());
    client_sends(s, ip, kTcp, tcp_bytes(ip, {sport, dport, seq, flags == Tcp::syn ? 0u : 77u, flags, 0}, ""));
  };
  say(Tcp::syn, 1000);
  if (s.dice.chance(75)) say(Tcp::ack, 1001);
  if (s.dice.chance(40)) say(Tcp::fin | Tcp::ack, 1001);
  if (s.dice.chance(20)) say(Tcp::rst, 1002);
}

void datagram(Sketch& s) {
  const IpFields ip = from_client(s, s.dice.chance(85) ? Sketch::vip() : Sketch::front(254));
  const auto sport = static_cast<std::uint16_t>(43000 + s.dice.below(500));
  const std::uint16_t dport = s.some_service().port == 0 ? 53 : s.some_service().port;
  client_sends(s, ip, kUdp, udp_bytes(ip, sport, dport, "query", true));
}

// The first piece of a datagram whose others never come.
void lone_piece(Sketch& s) {
  const IpFields ip = from_client(s, s.dice.chance(60) ? Sketch::front(254) : Sketch::vip());
  client_sends(s, ip, kUdp, udp_bytes(ip, 43999, 53, std::string(56, 'p'), false), true);
}

// Somebody on the way says that a packet of the director was too long.
void narrow_path(Sketch& s) {
  IpFields quoted;
  quoted.src = Sketch::front(254);
  quoted.dst = s.client_address(0);
  quoted.dont_fragment = true;
  const Bytes packet = ip_bytes(quoted, kUdp, udp_bytes(quoted, 53, 43000, "an answer", true));
  const IpFields ip = from_client(s, Sketch::front(254));
  const auto mtu = s.dice.one_of<std::uint32_t>({1300, 1400, 576});
  client_sends(s, ip, static_cast<std::uint8_t>(wire::IpProto::icmp),
               error_bytes(wire::Icmp::dest_unreach, wire::Icmp::frag_needed, mtu, packet));
}

void draw_doing(Sketch& s) {
  const unsigned kind = s.dice.below(100);
  if (kind < 40) return half_a_conversation(s);
  if (kind < 60) return datagram(s);
  if (kind < 66) return lone_piece(s);
  if (kind < 72) return narrow_path(s);
  if (kind < 80) return s.at(fmt::format("{} ping -c 1 -W 1 {}", Sketch::client(0), Sketch::front(254).text()));
  if (kind < 86)
    return s.at(fmt::format("director ipvsadm --set {} {} {}", s.dice.one_of({0u, 5u, 30u, 600u, 5000u}),
                            s.dice.one_of({0u, 4u, 50u}), s.dice.one_of({0u, 6u, 90u})));
  if (kind < 92)
    return s.at(fmt::format("director sysctl -w net.ipv4.vs.{}={}",
                            s.dice.one_of({"expire_nodest_conn", "expire_quiescent_template"}), s.dice.below(2)));
  draw_edit(s);
}

void look(Sketch& s) {
  s.at("director ipvsadm -Lnc");
  if (s.dice.chance(40)) s.at("director ip neigh");
  if (s.dice.chance(30)) s.at("director ipvsadm -Ln");
  if (s.dice.chance(20)) s.at(fmt::format("{} ip neigh", Sketch::client(0)));
  if (s.dice.chance(15)) s.at(fmt::format("director ip route get {}", s.client_address(0).text()));
  if (s.dice.chance(10)) s.at("director ipvsadm -Ln --stats");
}

// Hundredths of a second: from what ends within a moment to days, around what Linux waits for.
unsigned some_wait(Sketch& s) {
  const unsigned seconds = s.dice.one_of<unsigned>({1,   3,   5,   8,   10,  10,  30,  30,  60,  60,   60,    120,  120,
                                                    120, 128, 300, 300, 330, 600, 900, 900, 960, 3600, 18000, 90000});
  return around(s.dice, seconds);
}

}  // namespace

control::Lab generate_waiting_lab(std::uint64_t seed) {
  Sketch sketch(seed ^ 0x77616974u);  // other dice than the lab of that seed that does not wait
  draw_topology(sketch);
  draw_hosts(sketch);
  draw_services(sketch);
  for (unsigned rounds = 3 + sketch.dice.below(5); rounds > 0; --rounds) {
    for (unsigned things = sketch.dice.below(4); things > 0; --things) draw_doing(sketch);
    sketch.now += some_wait(sketch);
    look(sketch);
  }
  return drawn_lab(sketch.files, fmt::format("wait-{}", seed));
}

}  // namespace lvs::referee
