// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of random labs: what clients and servers send, and what they should not.
#include <algorithm>

#include "referee/generate/sketch.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

namespace lvs::referee {
namespace {

using base::Ipv4Addr;
using base::MacAddr;
using wire::Icmp;
using wire::Tcp;

constexpr auto kIcmp = static_cast<std::uint8_t>(wire::IpProto::icmp);
constexpr auto kTcp = static_cast<std::uint8_t>(wire::IpProto::tcp);
constexpr auto kUdp = static_cast<std::uint8_t>(wire::IpProto::udp);

IpFields client_packet(Sketch& s, unsigned from) {
  const Ipv4Addr own = s.client_address(from);
  const Ipv4Addr stranger{(own.value & 0xffffff00u) | 77};
  IpFields ip;
  ip.src = s.dice.chance(95) ? own : stranger;
  ip.dst = s.dice.chance(93) ? Sketch::vip()
                             : s.dice.one_of({Sketch::front(254), s.back(11), s.back(250), Sketch::front(101)});
  if (ip.src == stranger || ip.dst == s.back(250) || ip.dst == Sketch::front(101)) s.nobody = true;
  ip.ttl = s.dice.one_of<std::uint8_t>({64, 64, 64, 64, 64, 3, 2, 1});
  ip.tos = s.dice.one_of<std::uint8_t>({0, 0, 0, 0x10, 0xb8, 3});
  ip.id = static_cast<std::uint16_t>(++s.id);
  ip.dont_fragment = s.dice.chance(40);
  // Record route with two places, or nothing but padding. No timestamps: they tell the machine's time of day.
  if (s.dice.chance(3)) ip.options = s.dice.chance(70) ? Bytes{7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0} : Bytes{1, 1, 1, 0};
  return ip;
}

// Mostly a service's, of the protocol or not.
std::uint16_t target_port(Sketch& s) {
  const std::uint16_t other = s.dice.one_of<std::uint16_t>({22, 8080});
  if (!s.dice.chance(88)) return other;
  const std::uint16_t port = s.some_service().port;
  return port == 0 ? other : port;
}
std::uint16_t client_port(Sketch& s) { return static_cast<std::uint16_t>(40000 + s.dice.below(3)); }

void send(Sketch& s, unsigned from, const IpFields& ip, std::uint8_t protocol, Bytes payload) {
  if (s.dice.chance(4)) payload.back() ^= 0x55;  // a wrong checksum
  s.inject(Sketch::client(from), 0, ip_frame(s.client_gateway_mac(), Sketch::mac(from, 0), ip, protocol, payload));
}

void tcp_event(Sketch& s) {
  const unsigned from = s.dice.below(s.clients);
  const IpFields ip = client_packet(s, from);
  TcpFields tcp{client_port(s), target_port(s), 1000, 0, 0, 0};
  std::string data;
  switch (s.dice.below(10)) {
    default:
      tcp.flags = Tcp::syn;
      tcp.mss = s.dice.chance(70) ? 1460 : 0;
      break;
    case 5:
      tcp.flags = Tcp::ack;
      tcp.seq = 1001;
      tcp.ack = 77;
      break;
    case 6:
      tcp.flags = Tcp::ack | Tcp::psh;
      tcp.seq = 1001;
      tcp.ack = 77;
      data = s.dice.chance(80) ? "GET / HTTP/1.0\r\n\r\n" : std::string(1000 + s.dice.below(460), 'x');
      break;
    case 7:
      tcp.flags = Tcp::fin | Tcp::ack;
      tcp.seq = 1019;
      tcp.ack = 77;
      break;
    case 8:
      tcp.flags = Tcp::rst;
      tcp.seq = 1001;
      break;
    case 9:
      tcp.flags =
          s.dice.one_of<std::uint8_t>({Tcp::syn | Tcp::ack, Tcp::syn | Tcp::fin, 0, Tcp::fin, Tcp::rst | Tcp::ack});
      tcp.ack = 78;
      break;
  }
  send(s, from, ip, kTcp, tcp_bytes(ip, tcp, data));
}

void udp_event(Sketch& s) {
  const unsigned from = s.dice.below(s.clients);
  const IpFields ip = client_packet(s, from);
  const std::uint16_t sport = client_port(s), dport = target_port(s);
  // No fragments: where one kernel plays all hosts, those that are sent on after reassembly are rewritten in the very
  // memory that the captures and the other ports of a flooding bridge still refer to.
  const bool large = s.dice.chance(20);
  const auto room = static_cast<unsigned>(1472 - ip.options.size());
  const std::string data = large ? std::string(room - s.dice.below(24), 'y') : "query";
  send(s, from, ip, kUdp, udp_bytes(ip, sport, dport, data, large || s.dice.chance(85)));
}

void echo_event(Sketch& s) {
  const unsigned from = s.dice.below(s.clients);
  const IpFields ip = client_packet(s, from);
  send(s, from, ip, kIcmp, echo_bytes(0x1234, static_cast<std::uint16_t>(s.dice.below(9)), "abcdefgh"));
}

void arp_event(Sketch& s) {
  const unsigned from = s.dice.below(s.clients);
  const auto near = [&](unsigned last) { return Ipv4Addr{(s.client_address(0).value & 0xffffff00u) | last}; };
  const Ipv4Addr sender = s.dice.one_of({s.client_address(from), s.client_address(from), near(78), Ipv4Addr::any()});
  const Ipv4Addr target =
      s.dice.one_of({Sketch::vip(), Sketch::vip(), near(254), s.back(11), s.back(254), near(79), sender});
  if (sender == near(78)) s.nobody = true;
  const MacAddr to = s.dice.chance(80) ? MacAddr::broadcast() : s.client_gateway_mac();
  s.inject(Sketch::client(from), 0,
           arp_frame(to, Sketch::mac(from, 0), sender, target, s.dice.chance(15) && !to.is_broadcast()));
}

// What a real server says by itself: an answer to a client, or something to anybody.
void server_event(Sketch& s) {
  const unsigned r = s.dice.below(s.servers);
  const SketchedService& service = s.some_service();
  IpFields ip;
  ip.src = s.dice.chance(70) ? s.server_address(r) : Sketch::vip();
  ip.dst = s.client_address(s.dice.below(s.clients));
  ip.id = static_cast<std::uint16_t>(++s.id);
  ip.dont_fragment = s.dice.chance(50);
  const auto sport = static_cast<std::uint16_t>(service.port + (s.dice.chance(50) ? 0 : 8000));
  const Bytes payload = service.tcp ? tcp_bytes(ip, {sport, client_port(s), 5000, 1001, Tcp::syn | Tcp::ack, 1460}, "")
                                    : udp_bytes(ip, sport, client_port(s), "answer", true);
  s.inject(Sketch::rs(r), 0, ip_frame(s.director_back_mac(), s.server_mac(r), ip, service.tcp ? kTcp : kUdp, payload));
}

struct IcmpError {
  std::uint8_t type, code;
  std::uint32_t rest;
};

IcmpError some_error(Sketch& s) {
  return s.dice.one_of<IcmpError>({{Icmp::dest_unreach, Icmp::port_unreach, 0},
                                   {Icmp::dest_unreach, Icmp::host_unreach, 0},
                                   {Icmp::dest_unreach, Icmp::frag_needed, 1300},
                                   {Icmp::time_exceeded, 0, 0}});
}

// A client, or somebody on its way, complains of a reply; or a server of a request.
void icmp_event(Sketch& s) {
  const SketchedService& service = s.some_service();
  const unsigned from = s.dice.below(s.clients), r = s.dice.below(s.servers);
  const bool by_server = s.dice.chance(50);
  IpFields quoted;
  quoted.id = static_cast<std::uint16_t>(++s.id);
  quoted.dont_fragment = true;
  quoted.src = by_server ? s.client_address(from) : Sketch::vip();
  quoted.dst = by_server ? (s.dice.chance(70) ? s.server_address(r) : Sketch::vip()) : s.client_address(from);
  const auto server_port = static_cast<std::uint16_t>(service.port + (by_server && s.dice.chance(30) ? 8000 : 0));
  const std::uint16_t sport = by_server ? client_port(s) : service.port;
  const std::uint16_t dport = by_server ? server_port : client_port(s);
  const Bytes transport = service.tcp ? tcp_bytes(quoted, {sport, dport, 1000, 0, Tcp::ack, 0}, "some text")
                                      : udp_bytes(quoted, sport, dport, "some text", true);
  const Bytes packet = ip_bytes(quoted, service.tcp ? kTcp : kUdp, transport);
  const auto length = s.dice.one_of<std::size_t>({28, packet.size(), packet.size()});
  const IcmpError error = some_error(s);
  IpFields ip;
  ip.id = static_cast<std::uint16_t>(++s.id);
  ip.dst = by_server ? quoted.src : Sketch::vip();
  ip.src = by_server ? s.server_address(r) : s.client_address(from);
  const Bytes bytes = error_bytes(error.type, error.code, error.rest, {packet.data(), length});
  if (by_server) {
    s.inject(Sketch::rs(r), 0, ip_frame(s.director_back_mac(), s.server_mac(r), ip, kIcmp, bytes));
  } else {
    send(s, from, ip, kIcmp, bytes);
  }
}

// A connection from its SYN to its end, as a client behind a slow line types it.
void conversation(Sketch& s) {
  const unsigned from = s.dice.below(s.clients);
  const SketchedService& service = s.some_service();
  IpFields ip;
  ip.src = s.client_address(from);
  ip.dst = Sketch::vip();
  ip.dont_fragment = true;
  const std::uint16_t sport = static_cast<std::uint16_t>(41000 + s.dice.below(100));
  const std::uint16_t dport = service.port == 0 ? 21 : service.port;
  const auto say = [&](std::uint8_t flags, std::uint32_t seq, std::string_view data) {
    ip.id = static_cast<std::uint16_t>(++s.id);
    send(s, from, ip, kTcp, tcp_bytes(ip, {sport, dport, seq, flags == Tcp::syn ? 0u : 77u, flags, 0}, data));
  };
  say(Tcp::syn, 1000, "");
  say(Tcp::ack, 1001, "");
  if (s.dice.chance(60)) say(Tcp::ack | Tcp::psh, 1001, "hello");
  if (s.dice.chance(60)) say(Tcp::fin | Tcp::ack, 1006, "");
  if (s.dice.chance(30)) say(Tcp::rst, 1006, "");
  if (s.dice.chance(30)) say(Tcp::syn, 90000, "");  // the port again
}

// A client with a stack of its own. It gives up before its first SYN would be repeated, at a second.
void page_event(Sketch& s) {
  const std::string from = s.dice.chance(90) ? Sketch::client(s.dice.below(s.clients)) : std::string("director");
  const Ipv4Addr target = s.dice.chance(90) ? Sketch::vip() : s.server_address(0);
  s.at(fmt::format("{} curl -s -m 0.7 --local-port {} http://{}/", from, 42000 + ++s.pages_asked, target.text()));
}

void ping_event(Sketch& s) {
  const std::string host = s.dice.chance(50) ? std::string("director") : Sketch::rs(s.dice.below(s.servers));
  const Ipv4Addr target = s.dice.one_of({Sketch::vip(), Sketch::front(254), s.server_address(0), s.client_address(0)});
  s.at(fmt::format("{} ping -c 1 -W 1 {}", host, target.text()));
}

}  // namespace

void draw_event(Sketch& s) {
  if (s.pages && s.dice.chance(25)) return page_event(s);
  const unsigned kind = s.dice.below(100);
  if (kind < 44) return tcp_event(s);
  if (kind < 64) return udp_event(s);
  if (kind < 71) return echo_event(s);
  if (kind < 77) return arp_event(s);
  if (kind < 83) return server_event(s);
  if (kind < 90) return icmp_event(s);
  if (kind < 96) return conversation(s);
  ping_event(s);
}

}  // namespace lvs::referee
