// SPDX-License-Identifier: GPL-2.0-or-later
// Labs of a client and a server that talk by TCP while cables are cut, packets dropped and programs killed, with waits
// of seconds to hours; for a kernel in virtual time.
#include <fmt/format.h>

#include "referee/generate/generate.h"
#include "referee/generate/sketch.h"

namespace lvs::referee {
namespace {

struct Pair {
  explicit Pair(std::uint64_t seed) : dice(seed) {}
  Dice dice;
  control::LabFiles files;
  bool router = false;
  bool cut = false, deaf = false;  // the server's cable; whether it drops what comes for port 80
  unsigned now = 100;              // hundredths of a second

  const char* server() const { return router ? "10.0.1.2" : "10.0.0.2"; }
  void startup(const char* host, const std::string& line) { files[fmt::format("{}.startup", host)] += line + "\n"; }
  void at(const std::string& text) {
    files["lab.timeline"] += fmt::format("{}.{:02} {}\n", now / 100, now % 100, text);
    now += 47;
  }
};

void draw_pair(Pair& p) {
  p.router = p.dice.chance(50);
  p.files["lab.conf"] =
      p.router ? "client[0]=lan\nrouter[0]=lan\nrouter[1]=far\nserver[0]=far\n" : "client[0]=lan\nserver[0]=lan\n";
  p.startup("client", "ip addr add 10.0.0.1/24 dev eth0");
  p.startup("server", fmt::format("ip addr add {}/24 dev eth0", p.server()));
  if (p.router) {
    p.startup("router", "ip addr add 10.0.0.254/24 dev eth0\nip addr add 10.0.1.254/24 dev eth1");
    p.startup("router", "sysctl -w net.ipv4.ip_forward=1");
    p.startup("client", "ip route add default via 10.0.0.254");
    p.startup("server", "ip route add default via 10.0.1.254");
  }
}

void draw_settings(Pair& p) {
  const auto set = [&](unsigned percent, const char* name, std::initializer_list<unsigned> values) {
    for (const char* host : {"client", "server"})
      if (p.dice.chance(percent)) p.startup(host, fmt::format("sysctl -w net.ipv4.{}={}", name, p.dice.one_of(values)));
  };
  set(25, "tcp_retries2", {3, 5, 8});
  set(25, "tcp_syn_retries", {1, 2, 4});
  set(25, "tcp_synack_retries", {1, 2, 3});
  set(25, "tcp_fin_timeout", {5, 20, 90});
  set(30, "tcp_keepalive_time", {20, 45, 300});
  set(30, "tcp_keepalive_intvl", {5, 10, 30});
  set(30, "tcp_keepalive_probes", {2, 4});
  set(10, "tcp_timestamps", {0});
  set(10, "tcp_sack", {0});
  set(10, "tcp_syncookies", {0, 2});
}

// Port 80 reads and says nothing, 81 speaks late and ends, 82 has pages; nobody is at 83.
void draw_listeners(Pair& p) {
  p.startup("server", "sleep 100000 | nc -lk 80 > /tmp/heard &");
  p.startup("server",
            fmt::format("(sleep {}; echo done) | nc -lN 81 > /tmp/asked &", p.dice.one_of({4u, 30u, 200u, 1000u})));
  if (p.dice.chance(50)) p.startup("server", "httpd -p 82 &");
}

void draw_program(Pair& p) {
  const char* const server = p.server();
  const unsigned later = p.dice.one_of({3u, 7u, 40u, 150u, 700u});
  switch (p.dice.below(7)) {
    case 0:
    case 1:
      return p.at(fmt::format("client (echo early; sleep {}; echo late; sleep 90000) | nc {} 80 &", later, server));
    case 2:
      return p.at(fmt::format("client (sleep {}; echo bye) | nc -N {} {} &", later, server, p.dice.one_of({80, 81})));
    case 3: return p.at(fmt::format("client timeout {} nc {} {} &", later, server, p.dice.one_of({80, 81, 83})));
    case 4: return p.at(fmt::format("client curl -s -m 20000 http://{}:{}/ &", server, p.dice.one_of({80, 82, 83})));
    case 5: return p.at(fmt::format("client nc {} 80 &", p.router ? "10.0.1.9" : "10.0.0.9"));
    default: break;
  }
  // A SYN from an address that nobody has: the server's answer is never acknowledged.
  const unsigned port = 4000 + p.dice.below(100);
  p.at(fmt::format("client inject eth0 eth dst {} ip src 10.0.0.7 dst {} tcp {} > 80 S seq 1000",
                   p.router ? "router" : "server", server, port));
}

void draw_mishap(Pair& p) {
  switch (p.dice.below(6)) {
    case 0:
    case 1:
    case 2:
      p.at(p.cut ? "- mend server eth0" : "- cut server eth0");
      p.cut = !p.cut;
      return;
    case 3:
      p.at(fmt::format("server iptables -{} INPUT -p tcp --dport 80 -j DROP", p.deaf ? 'D' : 'A'));
      p.deaf = !p.deaf;
      return;
    case 4: return p.at("client killall nc");
    default: return p.at("server killall nc");
  }
}

void look(Pair& p) {
  p.at("client ss -tano");
  if (p.dice.chance(60)) p.at("server ss -tano");
  if (p.dice.chance(30)) p.at("client netstat -tn");
  if (p.dice.chance(30)) p.at(p.router ? "router ip neigh" : "client ip neigh");
}

unsigned some_wait(Pair& p) {
  const unsigned seconds =
      p.dice.one_of<unsigned>({1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 60, 90, 120, 150, 300, 600, 900, 1200, 3600, 8000});
  return around(p.dice, seconds);
}

}  // namespace

control::Lab generate_endpoint_lab(std::uint64_t seed) {
  Pair p(seed ^ 0x74637065u);
  draw_pair(p);
  draw_settings(p);
  draw_listeners(p);
  for (unsigned rounds = 3 + p.dice.below(5); rounds > 0; --rounds) {
    for (unsigned programs = p.dice.below(3); programs > 0; --programs) draw_program(p);
    if (p.dice.chance(60)) draw_mishap(p);
    p.now += some_wait(p);
    look(p);
  }
  p.at("- end");
  return drawn_lab(p.files, fmt::format("tcp-{}", seed));
}

}  // namespace lvs::referee
