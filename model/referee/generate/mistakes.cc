// SPDX-License-Identifier: GPL-2.0-or-later
// The mistakes that people make, one at a time.
#include <fmt/format.h>

#include <functional>
#include <stdexcept>

#include "referee/generate/working.h"

namespace lvs::referee {
namespace {

using Kind = Cluster::Kind;

struct Way {
  MadeMistake mistake;
  std::function<bool(Cluster&)> make;  // false: this cluster has no place for it
};

bool back(const Cluster& c) { return c.kind == Kind::nat || c.kind == Kind::mark; }

// Of addresses and routes.
const std::vector<Way>& ways_of_hosts() {
  static const std::vector<Way> ways = {
      {{"no-ip-forward", {"nat-no-forward", "packets-lost"}},
       [](Cluster& c) { return c.masq() && c.remove("director", "ip_forward"); }},
      {{"no-vip-on-server", {"vip-missing"}},
       [](Cluster& c) { return !c.masq() && c.remove(c.some_server(), "10.0.1.100"); }},
      {{"no-vip-on-director", {"vip-not-on-director", "address-unknown"}},
       [](Cluster& c) { return c.remove("director", "ip addr add 10.0.1.100"); }},
      {{"gateway-nobody-has", {"gateway-unknown", "nat-wrong-gateway"}},
       [](Cluster& c) { return c.kind != Kind::snat && c.replace(c.some_server(), ".25", ".24"); }},
      {{"gateway-is-director", {"direct-gateway-is-director"}},
       [](Cluster& c) { return c.kind == Kind::dr && c.replace(c.some_server(), "via 10.0.1.253", "via 10.0.1.254"); }},
      {{"no-gateway", {"no-way-back"}},
       [](Cluster& c) { return c.kind != Kind::snat && c.remove(c.some_server(), "ip route add default"); }},
      {{"router-no-forward", {"router-no-forward", "packets-lost"}},
       [](Cluster& c) { return c.remove(c.far && c.dice.chance(50) ? "hop" : "router", "ip_forward"); }},
      {{"client-no-route", {"client-no-route"}},
       [](Cluster& c) { return c.router && c.remove(Sketch::client(0), "ip route"); }},
      {{"director-no-inner-address", {"server-unreachable", "router-no-route"}},
       [](Cluster& c) { return back(c) && c.remove("director", "10.0.2.254"); }},
      {{"server-link-down", {"server-unreachable", "server-unknown", "packets-lost"}},
       [](Cluster& c) { return c.add(c.some_server(), "ip link set eth0 down"), true; }},
      {{"server-address-twice", {"duplicate-address"}},
       [](Cluster& c) {
         return c.servers > 1 && (c.add(Sketch::rs(1), fmt::format("ip addr add 10.0.{}.11/32 dev eth0", back(c) ? 2
                                                                                                         : c.far ? 3
                                                                                                                 : 1)),
                                  true);
       }},
  };
  return ways;
}

// Of ARP, tunnels and filters.
const std::vector<Way>& ways_of_settings() {
  static const std::vector<Way> ways = {
      {{"no-arp-ignore", {"arp-answers"}},
       [](Cluster& c) { return !c.masq() && !c.far && c.remove(c.some_server(), "arp_ignore"); }},
      {{"no-arp-announce", {"arp-announces"}},
       [](Cluster& c) { return !c.masq() && !c.far && c.remove(c.some_server(), "arp_announce"); }},
      {{"vip-on-eth0", {"arp-answers"}},
       [](Cluster& c) {
         const std::string server = c.some_server();
         return c.kind == Kind::dr && c.replace(server, "/32 dev lo", "/24 dev eth0");
       }},
      {{"tunl0-down", {"tun-no-tunnel"}},
       [](Cluster& c) { return c.kind == Kind::tun && c.remove(c.some_server(), "tunl0 up"); }},
      {{"rp-filter-tunl0", {"tun-rp-filter"}},
       [](Cluster& c) {
         return c.kind == Kind::tun && (c.add(c.some_server(), "sysctl -w net.ipv4.conf.all.rp_filter=1"), true);
       }},
      {{"server-firewall", {"iptables-drops"}},
       [](Cluster& c) {
         return c.add(c.some_server(), fmt::format("iptables -I INPUT -p tcp --dport {} -j {}", c.port,
                                                   c.dice.one_of({"DROP", "REJECT"}))),
                true;
       }},
      {{"director-forward-policy", {"iptables-drops"}},
       [](Cluster& c) {
         c.remove("director", "iptables -A FORWARD");
         return back(c) && (c.add("director", "iptables -P FORWARD DROP"), true);
       }},
      {{"director-firewall", {"iptables-drops"}},
       [](Cluster& c) { return c.add("director", "iptables -I INPUT -p tcp --dport 80 -j DROP"), true; }},
      {{"no-snat", {"nat-same-subnet", "nat-wrong-gateway", "no-way-back"}},
       [](Cluster& c) { return c.kind == Kind::snat && c.remove("director", "POSTROUTING"); }},
  };
  return ways;
}

// Of services and programs.
const std::vector<Way>& ways_of_services() {
  static const std::vector<Way> ways = {
      {{"port-map-in-dr", {"direct-port-mapping", "server-not-listening"}},
       [](Cluster& c) {
         if (c.masq()) return false;
         for (unsigned i = 0; i < c.servers; ++i) c.replace(Sketch::rs(i), "httpd -p 80", "httpd -p 8080");
         while (c.replace("director", ":80 -g", ":8080 -g") || c.replace("director", ":80 -i", ":8080 -i")) {
         }
         return true;
       }},
      {{"nat-as-dr", {"vip-missing", "server-not-listening"}},
       [](Cluster& c) { return back(c) && c.replace("director", " -m ", " -g "); }},
      {{"dr-as-nat", {"nat-no-forward", "nat-wrong-gateway", "nat-same-subnet"}},
       [](Cluster& c) { return c.kind == Kind::dr && c.replace("director", " -g ", " -m "); }},
      {{"tun-as-dr", {"dr-router-between"}}, [](Cluster& c) { return c.far && c.replace("director", " -i ", " -g "); }},
      {{"no-such-server", {"server-unknown"}},
       [](Cluster& c) { return c.replace("director", fmt::format("11:{}", c.port), fmt::format("77:{}", c.port)); }},
      {{"no-program", {"server-not-listening"}}, [](Cluster& c) { return c.remove(c.some_server(), "httpd"); }},
      {{"wrong-port-of-program", {"server-not-listening"}},
       [](Cluster& c) {
         const std::string server = c.some_server();
         return c.replace(server, "httpd -p 80", "httpd -p 81");
       }},
      {{"wrong-port-of-service", {"no-service"}},
       [](Cluster& c) {
         bool any = false;
         while (c.replace("director", "10.0.1.100:80 ", "10.0.1.100:88 ")) any = true;
         return any;
       }},
      {{"no-destination", {"no-destination"}},
       [](Cluster& c) {
         bool any = false;
         while (c.remove("director", "ipvsadm -a")) any = true;
         return any;
       }},
      {{"weight-zero", {"weight-zero"}},
       [](Cluster& c) {
         for (const char* weight : {"1", "2", "3"})
           while (c.replace("director", fmt::format("-w {}", weight), "-w 0")) {
           }
         return true;
       }},
      {{"wrong-mark", {"fwmark-unset"}},
       [](Cluster& c) { return c.replace("director", "--set-mark 7", "--set-mark 8"); }},
      {{"no-mark", {"fwmark-unset"}}, [](Cluster& c) { return c.remove("director", "--set-mark"); }},
  };
  return ways;
}

}  // namespace

MadeMistake make_mistake(Cluster& cluster) {
  std::vector<const Way*> all;
  for (const auto* ways : {&ways_of_hosts(), &ways_of_settings(), &ways_of_services()})
    for (const Way& way : *ways) all.push_back(&way);
  constexpr int kTries = 1000;
  for (int i = 0; i < kTries; ++i) {
    const Way* const way = cluster.dice.one_of(all);
    if (way->make(cluster)) return way->mistake;
  }
  throw std::logic_error("no mistake fits");
}

}  // namespace lvs::referee
