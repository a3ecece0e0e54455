// SPDX-License-Identifier: GPL-2.0-or-later
// Labs of directors with keepalived: drawn configurations, then deaths, cut cables, addresses that are taken away and
// restarts; for a kernel in virtual time.
#include <fmt/format.h>

#include <vector>

#include "referee/generate/generate.h"
#include "referee/generate/sketch.h"

namespace lvs::referee {
namespace {

// What a director is at this point of the timeline.
struct Director {
  std::string name, conf;
  bool runs = true, plugged = true;
};

struct Cluster {
  explicit Cluster(std::uint64_t seed) : dice(seed) {}
  Dice dice;
  control::LabFiles files;
  std::vector<Director> directors;
  unsigned version = 2, addresses = 1;
  unsigned now = 0;  // hundredths of a second

  void at(const std::string& text) {
    files["lab.timeline"] += fmt::format("{}.{:02} {}\n", now / 100, now % 100, text);
  }
  void wait(unsigned least, unsigned most) { now += least + dice.below(most - least); }
};

// Centiseconds: version 2 has whole seconds only.
std::string interval(Cluster& c) {
  return c.version == 2 ? c.dice.one_of({"1", "1", "2"}) : c.dice.one_of({"1", "0.5", "0.3", "1.5"});
}

std::string configuration(Cluster& c, const std::string& shared_interval, unsigned number, bool unicast) {
  // Priorities differ, so that no two timers of a lab are of one length.
  std::string text = fmt::format("global_defs {{\\n router_id lb{}\\n vrrp_version {}\\n", number, c.version);
  if (c.dice.chance(15)) text += fmt::format(" vrrp_down_timer_adverts {}\\n", 2 + c.dice.below(3));
  text += fmt::format("}}\\nvrrp_instance VI_1 {{\\n interface eth0\\n virtual_router_id 51\\n priority {}\\n",
                      c.dice.chance(8) ? 255 - number : 40 + 67 * number + c.dice.below(50));
  const bool waits = c.dice.chance(40);
  text += fmt::format(" state {}\\n advert_int {}\\n", waits || c.dice.chance(50) ? "BACKUP" : "MASTER",
                      c.version == 3 && c.dice.chance(20) ? interval(c) : shared_interval);
  // No multiple of an interval: whether an advert still falls into it would hang on microseconds.
  if (waits) text += c.dice.chance(60) ? " nopreempt\\n" : fmt::format(" preempt_delay {}.37\\n", 2 + c.dice.below(6));
  if (c.version == 2 && !unicast) text += " authentication {\\n  auth_type PASS\\n  auth_pass secret\\n }\\n";
  if (unicast) {
    text += " unicast_peer {\\n";
    for (unsigned other = 1; other <= c.directors.size(); ++other)
      if (other != number) text += fmt::format("  10.0.0.{}\\n", 10 + other);
    text += " }\\n";
  }
  if (c.dice.chance(30)) text += fmt::format(" garp_master_delay {}\\n", c.dice.below(4));
  if (c.dice.chance(30)) text += fmt::format(" garp_master_repeat {}\\n", 1 + c.dice.below(3));
  if (c.dice.chance(15)) text += fmt::format(" garp_lower_prio_repeat {}\\n", c.dice.below(3));
  if (c.dice.chance(10)) text += " lower_prio_no_advert\\n";
  if (c.dice.chance(10)) text += " higher_prio_send_advert\\n";
  text += " virtual_ipaddress {\\n";
  for (unsigned i = 0; i < c.addresses; ++i) text += fmt::format("  10.0.0.{}\\n", 100 + i);
  return text + " }\\n}\\n";
}

void start(Cluster& c, Director& director) {
  c.at(fmt::format("{} keepalived -n -D -l -f k.conf >>ka.log 2>&1 &", director.name));
  director.runs = true;
}

void draw_event(Cluster& c) {
  Director& d = c.directors[c.dice.below(static_cast<unsigned>(c.directors.size()))];
  const unsigned kind = c.dice.below(100);
  if (!d.plugged && kind < 60) {
    c.at(fmt::format("- mend {} eth0", d.name));
    d.plugged = true;
  } else if (!d.runs) {
    start(c, d);
  } else if (kind < 35) {
    c.at(fmt::format("{} kill $(cat /run/keepalived.pid)", d.name));
    d.runs = false;
    c.wait(110, 200);  // it leaves its groups for a second
  } else if (kind < 50) {
    c.at(fmt::format("{} kill -9 $(cat /run/vrrp.pid) $(cat /run/keepalived.pid)", d.name));
    d.runs = false;
  } else if (kind < 60) {
    c.at(fmt::format("{} kill -9 $(cat /run/vrrp.pid)", d.name));
  } else if (kind < 80) {
    c.at(fmt::format("- cut {} eth0", d.name));
    d.plugged = false;
  } else if (kind < 90) {
    c.at(fmt::format("{} ip addr del 10.0.0.{}/32 dev eth0", d.name, 100 + c.dice.below(c.addresses)));
  } else {
    c.at("client ping -c 1 -W 1 10.0.0.100");
  }
}

}  // namespace

control::Lab generate_director_lab(std::uint64_t seed) {
  Cluster c(seed ^ 0x76727270u);
  const unsigned count = c.dice.chance(75) ? 2 : 3;
  c.version = c.dice.chance(50) ? 2 : 3;
  c.addresses = 1 + c.dice.below(2);
  const bool unicast = c.dice.chance(20);
  c.files["lab.conf"] = "client[0]=lan\n";
  c.files["client.startup"] = "ip addr add 10.0.0.1/24 dev eth0\n";
  for (unsigned i = 1; i <= count; ++i) c.directors.push_back({fmt::format("lb{}", i), "", true, true});
  const std::string shared_interval = interval(c);
  for (unsigned i = 1; i <= count; ++i) {
    const std::string& name = c.directors[i - 1].name;
    c.files["lab.conf"] += name + "[0]=lan\n";
    c.files[name + ".startup"] = fmt::format("ip addr add 10.0.0.{}/24 dev eth0\nprintf '{}' >k.conf\n", 10 + i,
                                             configuration(c, shared_interval, i, unicast));
  }
  for (Director& director : c.directors) {
    start(c, director);
    c.wait(3, 700);
  }
  for (unsigned events = 2 + c.dice.below(5); events > 0; --events) {
    c.wait(80, 900);
    draw_event(c);
  }
  c.wait(500, 900);
  for (const Director& director : c.directors) {
    c.at(director.name + " ip -br addr show dev eth0");
    c.at(director.name + " cat ka.log");
  }
  c.now += 40;
  c.at("- end");
  return drawn_lab(c.files, fmt::format("vrrp-{}", seed));
}

}  // namespace lvs::referee
