// SPDX-License-Identifier: GPL-2.0-or-later
// Machines of random labs: who is on which segment, addresses, routes and sysctls, right and wrong ones.
#include "referee/generate/sketch.h"

namespace lvs::referee {
namespace {

using base::Ipv4Addr;

// The probe after five seconds of DELAY would race with the end of the lab; arp-probe in tests/fidelity has it.
void put_off_probes(Sketch& s, const std::string& host, unsigned interfaces) {
  for (unsigned i = 0; i < interfaces; ++i)
    s.startup(host, fmt::format("sysctl -w net.ipv4.neigh.eth{}.delay_first_probe_time=30", i));
}

void draw_clients(Sketch& s) {
  for (unsigned i = 0; i < s.clients; ++i) {
    const std::string host = Sketch::client(i);
    s.startup(host, fmt::format("ip addr add {}/24 dev eth0", s.client_address(i).text()));
    if (s.router) {
      s.startup(host, "ip route add default via 10.0.0.254");
    } else if (s.two_segments && s.dice.chance(50)) {
      s.startup(host, fmt::format("ip route add default via {}", Sketch::front(254).text()));
    }
    put_off_probes(s, host, 1);
  }
}

void draw_router(Sketch& s) {
  if (!s.router) return;
  s.startup("router", "ip addr add 10.0.0.254/24 dev eth0");
  s.startup("router", fmt::format("ip addr add {}/24 dev eth1", Sketch::front(253).text()));
  if (s.dice.chance(95)) s.startup("router", "sysctl -w net.ipv4.ip_forward=1");
  if (s.two_segments && s.dice.chance(50))
    s.startup("router", fmt::format("ip route add 10.0.2.0/24 via {}", Sketch::front(254).text()));
  if (s.dice.chance(10)) s.startup("router", "ip link set dev eth1 mtu 1400");
  if (s.dice.chance(15))
    s.startup("router", fmt::format("ip neigh add {} lladdr {} dev eth1", Sketch::vip().text(),
                                    s.director_mac().text()));  // the old cure of the ARP problem
  put_off_probes(s, "router", 2);
}

void draw_virtual_address(Sketch& s, const std::string& host) {
  switch (s.dice.below(10)) {
    case 0:
    case 1:
    case 2:
    case 3: s.startup(host, fmt::format("ip addr add {}/32 dev lo", Sketch::vip().text())); break;
    case 4:
    case 5:
    case 6:
    case 7:
      s.startup(host, "ip link set tunl0 up");
      s.startup(host, fmt::format("ip addr add {}/32 dev tunl0", Sketch::vip().text()));
      break;
    case 8: s.startup(host, fmt::format("ip addr add {}/32 dev eth0", Sketch::vip().text())); break;
    default: break;
  }
}

void draw_server(Sketch& s, unsigned i) {
  const std::string host = Sketch::rs(i);
  s.startup(host, fmt::format("ip addr add {}/24 dev eth0", s.server_address(i).text()));
  if (s.second_legs) s.startup(host, fmt::format("ip addr add {}/24 dev eth1", Sketch::front(11 + i).text()));
  if (s.dice.chance(75)) {
    s.startup(host, fmt::format("sysctl -w net.ipv4.conf.{}.arp_ignore={}", s.dice.one_of({"all", "eth0"}),
                                s.dice.one_of({0, 1, 1, 1, 2, 3, 8})));
    s.startup(host, fmt::format("sysctl -w net.ipv4.conf.{}.arp_announce={}", s.dice.one_of({"all", "eth0"}),
                                s.dice.one_of({0, 1, 2, 2, 2})));
  }
  if (s.dice.chance(5))
    s.startup(host, fmt::format("sysctl -w net.ipv4.conf.{}.{}=1", s.dice.one_of({"all", "eth0"}),
                                s.dice.one_of({"arp_filter", "proxy_arp", "drop_gratuitous_arp", "arp_accept"})));
  draw_virtual_address(s, host);
  if (s.dice.chance(10))
    s.startup(host, fmt::format("sysctl -w net.ipv4.conf.{}.rp_filter={}", s.dice.one_of({"all", "tunl0", "eth0"}),
                                s.dice.one_of({1, 2})));
  if (s.two_segments ? !s.second_legs || s.dice.chance(50) : s.dice.chance(s.router ? 85 : 30)) {
    const bool past_director = s.router && !s.two_segments && s.dice.chance(50);
    s.startup(host, fmt::format("ip route add default via {}", s.back(past_director ? 253 : 254).text()));
  }
  if (s.dice.chance(5)) s.startup(host, "ip link set dev eth0 mtu 1400");
  if (s.dice.chance(4))
    s.startup(host, fmt::format("ip route add {} {}/32", s.dice.one_of({"blackhole", "unreachable", "prohibit"}),
                                s.client_address(0).text()));
  put_off_probes(s, host, s.second_legs ? 2 : 1);
}

void draw_director(Sketch& s) {
  s.startup("director", fmt::format("ip addr add {}/24 dev eth0", Sketch::front(254).text()));
  s.startup("director", fmt::format("ip addr add {}/{} dev {}", Sketch::vip().text(), s.dice.one_of({32, 32, 24}),
                                    s.dice.one_of({"eth0", "eth0", "eth0", "lo"})));
  if (s.two_segments) s.startup("director", fmt::format("ip addr add {}/24 dev eth1", s.back(254).text()));
  if (s.router) s.startup("director", fmt::format("ip route add default via {}", Sketch::front(253).text()));
  if (s.dice.chance(75)) s.startup("director", "sysctl -w net.ipv4.ip_forward=1");
  if (s.dice.chance(20))
    s.startup("director",
              fmt::format("sysctl -w net.ipv4.conf.{}.{}=1", s.dice.one_of({"all", "eth0"}),
                          s.dice.one_of({"rp_filter", "arp_ignore", "arp_announce", "accept_local", "arp_filter"})));
  if (s.dice.chance(25))
    s.startup("director", fmt::format("sysctl -w net.ipv4.vs.{}=1",
                                      s.dice.one_of({"expire_nodest_conn", "nat_icmp_send", "sloppy_tcp",
                                                     "expire_quiescent_template", "ignore_tunneled", "snat_reroute",
                                                     "schedule_icmp", "cache_bypass"})));
  if (s.dice.chance(8))
    s.startup("director", fmt::format("sysctl -w net.ipv4.vs.{}=0",
                                      s.dice.one_of({"pmtu_disc", "conn_reuse_mode", "snat_reroute"})));
  if (s.dice.chance(10))
    s.startup("director", fmt::format("ip link set dev eth{} mtu 1400", s.two_segments ? s.dice.below(2) : 0));
  if (s.dice.chance(4))
    s.startup("director", fmt::format("ip route add {} {}/32", s.dice.one_of({"blackhole", "unreachable", "prohibit"}),
                                      s.server_address(s.dice.below(s.servers)).text()));
  put_off_probes(s, "director", s.two_segments ? 2 : 1);
}

// No address resolution, but for addresses that nobody has.
void draw_static_neighbours(Sketch& s) {
  const unsigned leg = s.two_segments ? 1 : 0;
  const auto add = [&](const std::string& host, Ipv4Addr address, const base::MacAddr& mac, unsigned interface) {
    s.startup(host, fmt::format("ip neigh add {} lladdr {} dev eth{}", address.text(), mac.text(), interface));
  };
  for (unsigned i = 0; i < s.clients && !s.router; ++i) {
    add("director", Sketch::front(1 + i), Sketch::mac(i, 0), 0);
    add(Sketch::client(i), Sketch::front(254), s.director_mac(), 0);
    for (unsigned r = 0; r < s.servers; ++r) {
      if (s.two_segments && !s.second_legs) continue;
      add(Sketch::rs(r), Sketch::front(1 + i), Sketch::mac(i, 0), s.second_legs ? 1 : 0);
    }
  }
  if (s.router) add("director", Sketch::front(253), Sketch::mac(s.clients, 1), 0);
  for (unsigned r = 0; r < s.servers; ++r) {
    add("director", s.server_address(r), s.server_mac(r), leg);
    add(Sketch::rs(r), s.back(254), s.director_back_mac(), 0);
  }
}

}  // namespace

void draw_topology(Sketch& s) {
  s.two_segments = s.dice.chance(60);
  s.router = s.dice.chance(30);
  s.clients = 1 + s.dice.below(2);
  s.servers = 1 + s.dice.below(3);
  s.second_legs = s.two_segments && s.dice.chance(40);
  std::string& conf = s.files["lab.conf"];
  conf = fmt::format("LAB_DESCRIPTION=\"Random lab {}\"\n", s.seed);
  for (unsigned i = 0; i < s.clients; ++i)
    conf += fmt::format("{}[0]=\"{}\"\n", Sketch::client(i), s.router ? "outside" : "front");
  if (s.router) conf += "router[0]=\"outside\"\nrouter[1]=\"front\"\n";
  conf += "director[0]=\"front\"\n";
  if (s.two_segments) conf += "director[1]=\"back\"\n";
  for (unsigned i = 0; i < s.servers; ++i) {
    conf += fmt::format("{}[0]=\"{}\"\n", Sketch::rs(i), s.two_segments ? "back" : "front");
    if (s.second_legs) conf += fmt::format("{}[1]=\"front\"\n", Sketch::rs(i));
  }
}

void draw_hosts(Sketch& s) {
  draw_clients(s);
  draw_router(s);
  for (unsigned i = 0; i < s.servers; ++i) draw_server(s, i);
  draw_director(s);
  if (s.dice.chance(50)) draw_static_neighbours(s);
}

}  // namespace lvs::referee
