// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/generate/working.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::referee {
namespace {

constexpr const char* kVip = "10.0.1.100";

// outside 10.0.0.0/24 -- router -- front 10.0.1.0/24 -- director -- back 10.0.2.0/24; far 10.0.3.0/24
std::string server_address(const Cluster& c, unsigned i) {
  return fmt::format("10.0.{}.{}",
                     c.kind == Cluster::Kind::nat || c.kind == Cluster::Kind::mark ? 2
                     : c.far                                                       ? 3
                                                                                   : 1,
                     11 + i);
}

void draw_conf(Cluster& c) {
  for (unsigned i = 0; i < c.clients; ++i)
    c.conf += fmt::format("{}[0]={}\n", Sketch::client(i), c.router ? "out" : "front");
  if (c.router) c.conf += "router[0]=out\nrouter[1]=front\n";
  c.conf += "director[0]=front\n";
  const bool back = c.kind == Cluster::Kind::nat || c.kind == Cluster::Kind::mark;
  if (back) c.conf += "director[1]=back\n";
  if (c.far) c.conf += "hop[0]=front\nhop[1]=far\n";
  for (unsigned i = 0; i < c.servers; ++i)
    c.conf += fmt::format("{}[0]={}\n", Sketch::rs(i), back ? "back" : c.far ? "far" : "front");
}

void draw_edges(Cluster& c) {
  for (unsigned i = 0; i < c.clients; ++i) {
    c.add(Sketch::client(i), fmt::format("ip addr add 10.0.{}.{}/24 dev eth0", c.router ? 0 : 1, i + 1));
    if (c.router || c.far)
      c.add(Sketch::client(i), fmt::format("ip route add default via 10.0.{}", c.router ? "0.254" : "1.252"));
  }
  if (c.router) {
    c.add("router", "ip addr add 10.0.0.254/24 dev eth0");
    c.add("router", "ip addr add 10.0.1.253/24 dev eth1");
    c.add("router", "sysctl -w net.ipv4.ip_forward=1");
    if (c.far) c.add("router", "ip route add 10.0.3.0/24 via 10.0.1.252");
  }
  if (c.far) {
    c.add("hop", "ip addr add 10.0.1.252/24 dev eth0");
    c.add("hop", "ip addr add 10.0.3.254/24 dev eth1");
    c.add("hop", "sysctl -w net.ipv4.ip_forward=1");
    if (c.router) c.add("hop", "ip route add default via 10.0.1.253");
  }
}

void draw_services(Cluster& c) {
  const char* const way = c.masq() ? "-m" : c.kind == Cluster::Kind::dr ? "-g" : "-i";
  std::string service = fmt::format("-t {}:80", kVip);
  if (c.kind == Cluster::Kind::mark) {
    service = "-f 7";
    c.add("director",
          fmt::format("iptables -t mangle -A PREROUTING -d {} -p tcp --dport 80 -j MARK --set-mark 7", kVip));
  }
  c.add("director", fmt::format("ipvsadm -A {} -s {}{}", service, c.dice.one_of({"rr", "rr", "wrr", "wlc", "lc", "sh"}),
                                c.dice.chance(10) ? " -p 60" : ""));
  for (unsigned i = 0; i < c.servers; ++i)
    c.add("director", fmt::format("ipvsadm -a {} -r {}:{} {} -w {}", service, server_address(c, i), c.port, way,
                                  1 + c.dice.below(3)));
}

void draw_director(Cluster& c) {
  c.add("director", "ip addr add 10.0.1.254/24 dev eth0");
  c.add("director", fmt::format("ip addr add {}/{} dev eth0", kVip, c.dice.chance(50) ? 32 : 24));
  if (c.kind == Cluster::Kind::nat || c.kind == Cluster::Kind::mark)
    c.add("director", "ip addr add 10.0.2.254/24 dev eth1");
  if (c.router) c.add("director", "ip route add default via 10.0.1.253");
  if (c.far) c.add("director", "ip route add 10.0.3.0/24 via 10.0.1.252");
  if (c.masq())
    c.add("director", c.dice.chance(50) ? "sysctl -w net.ipv4.ip_forward=1" : "echo 1 > /proc/sys/net/ipv4/ip_forward");
  if (c.kind == Cluster::Kind::snat) {
    c.add("director", "sysctl -w net.ipv4.vs.conntrack=1");
    c.add("director", fmt::format("iptables -t nat -A POSTROUTING -m ipvs --vaddr {} -j {}", kVip,
                                  c.dice.chance(50) ? "MASQUERADE" : "SNAT --to-source 10.0.1.254"));
  } else if (c.dice.chance(30)) {
    c.add("director", "iptables -P FORWARD DROP");
    c.add("director", "iptables -A FORWARD -p tcp -j ACCEPT");
  }
  draw_services(c);
}

void draw_server(Cluster& c, unsigned i) {
  const std::string host = Sketch::rs(i);
  c.add(host, fmt::format("ip addr add {}/24 dev eth0", server_address(c, i)));
  const bool back = c.kind == Cluster::Kind::nat || c.kind == Cluster::Kind::mark;
  if (back) c.add(host, "ip route add default via 10.0.2.254");
  if (c.far) c.add(host, "ip route add default via 10.0.3.254");
  if (!back && !c.far && c.router) c.add(host, "ip route add default via 10.0.1.253");
  if (!c.masq()) {
    c.add(host, "sysctl -w net.ipv4.conf.all.arp_ignore=1");
    c.add(host, "sysctl -w net.ipv4.conf.all.arp_announce=2");
    if (c.kind == Cluster::Kind::tun) c.add(host, "ip link set tunl0 up");
    const bool tunnel = c.kind == Cluster::Kind::tun && c.dice.chance(60);
    c.add(host, tunnel || c.dice.chance(60) ? fmt::format("ip addr add {}/32 dev {}", kVip, tunnel ? "tunl0" : "lo")
                                            : fmt::format("ifconfig lo:0 {} netmask 255.255.255.255 up", kVip));
  }
  if (c.dice.chance(20)) {
    c.add(host, "iptables -P INPUT DROP");
    c.add(host, fmt::format("iptables -A INPUT -p tcp --dport {} -j ACCEPT", c.port));
    if (c.kind == Cluster::Kind::tun) c.add(host, "iptables -A INPUT -p 4 -j ACCEPT");
  }
  c.add(host, fmt::format("httpd -p {}", c.port));
}

void draw_lines(Cluster& c) {
  unsigned tenths = 5;
  const unsigned rounds = c.dice.chance(70) ? 2 * c.servers : 1;
  for (unsigned i = 0; i < rounds; ++i) {
    for (unsigned who = 0; who < c.clients; ++who) {
      c.timeline +=
          fmt::format("{}.{} {} curl -s -m 2 http://{}/\n", tenths / 10, tenths % 10, Sketch::client(who), kVip);
      tenths += 3;
    }
  }
}

}  // namespace

bool Cluster::replace(const std::string& host, std::string_view text, std::string_view by) {
  for (std::string& line : startup[host]) {
    const std::size_t at = line.find(text);
    if (at == std::string::npos) continue;
    line.replace(at, text.size(), by);
    return true;
  }
  return false;
}

bool Cluster::remove(const std::string& host, std::string_view text) {
  auto& lines = startup[host];
  const auto has = [&](const std::string& line) { return line.find(text) != std::string::npos; };
  const auto at = std::ranges::find_if(lines, has);
  if (at == lines.end()) return false;
  lines.erase(at);
  return true;
}

control::Lab Cluster::lab(const std::string& name) const {
  control::LabFiles files{{"lab.conf", conf}, {"lab.timeline", timeline}};
  for (const auto& [host, lines] : startup)
    for (const std::string& line : lines) files[host + ".startup"] += line + "\n";
  return drawn_lab(files, name);
}

Cluster draw_cluster(std::uint64_t seed) {
  using Kind = Cluster::Kind;
  Cluster c(seed);
  c.kind = c.dice.one_of({Kind::nat, Kind::nat, Kind::snat, Kind::mark, Kind::dr, Kind::dr, Kind::tun, Kind::tun});
  c.router = c.dice.chance(50);
  c.far = c.kind == Kind::tun && c.dice.chance(50);
  c.clients = 1 + c.dice.below(2);
  c.servers = 1 + c.dice.below(4);
  if (c.masq() && c.dice.chance(40)) c.port = 8080;
  draw_conf(c);
  draw_edges(c);
  draw_director(c);
  for (unsigned i = 0; i < c.servers; ++i) draw_server(c, i);
  draw_lines(c);
  return c;
}

}  // namespace lvs::referee
