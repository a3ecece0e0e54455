// SPDX-License-Identifier: GPL-2.0-or-later
// Labs of two directors and the synchronisation daemon: drawn services and settings, conversations packet by packet,
// and the address that moves from the one to the other; for a kernel in virtual time.
#include <fmt/format.h>

#include <vector>

#include "referee/generate/generate.h"
#include "referee/generate/sketch.h"

namespace lvs::referee {
namespace {

struct Talk {
  bool tcp = true;
  unsigned client = 1, port = 0, packets = 0;
  bool over = false;
};

struct Twins {
  explicit Twins(std::uint64_t seed) : dice(seed) {}
  Dice dice;
  control::LabFiles files;
  std::vector<Talk> talks;
  unsigned now = 0;  // hundredths of a second
  unsigned id = 0;
  const char* director = "lb1";  // that has the address

  void at(const std::string& text) {
    files["lab.timeline"] += fmt::format("{}.{:02} {}\n", now / 100, now % 100, text);
  }
};

std::string twin_services(Twins& t, const std::string& tcp, const std::string& udp, bool all) {
  std::string text;
  const auto service = [&](const char* kind, const std::string& options) {
    text += fmt::format("ipvsadm -A {} {}\n", kind, options);
    for (const char* server : {"10.0.0.21", "10.0.0.22"})
      text += fmt::format("ipvsadm -a {} -r {} -g -w {}\n", kind, server, 1 + t.dice.below(3));
  };
  service("-t 10.0.0.100:80", tcp);
  if (all) service("-u 10.0.0.100:53", udp);
  return text;
}

std::string twin_settings(Twins& t) {
  std::string text;
  const auto set = [&](unsigned percent, const char* name, const char* value) {
    if (t.dice.chance(percent)) text += fmt::format("sysctl -w net.ipv4.vs.{}='{}'\n", name, value);
  };
  set(40, "sync_threshold", t.dice.one_of({"1 5", "2 4", "3 10", "0 1", "5 0"}));
  set(25, "sync_refresh_period", t.dice.one_of({"2", "10"}));
  set(20, "sync_retries", t.dice.one_of({"1", "2"}));
  set(20, "sync_version", "0");
  set(15, "sync_persist_mode", "1");
  set(25, "sloppy_tcp", "1");
  return text;
}

void say(Twins& t, Talk& talk) {
  std::string what;
  if (!talk.tcp) {
    what = fmt::format("udp {} > 53 text q", talk.port);
  } else if (talk.packets == 0) {
    what = fmt::format("tcp {} > 80 S seq 1000", talk.port);
  } else {
    const bool ends = talk.packets > 2 && t.dice.chance(12);
    const char* const flags = talk.packets == 1 ? "."
                              : ends            ? t.dice.one_of({"F.", "F.", "R."})
                                                : t.dice.one_of({".", "P."});
    what = fmt::format("tcp {} > 80 {} seq 1001 ack 77", talk.port, flags);
    talk.over = ends;
  }
  t.at(fmt::format("client inject eth0 eth dst {} ip src 10.0.0.{} dst 10.0.0.100 id {} df {}", t.director, talk.client,
                   ++t.id, what));
  ++talk.packets;
}

void converse(Twins& t) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < t.talks.size(); ++i)
    if (!t.talks[i].over) open.push_back(i);
  if (open.empty() || t.dice.chance(18)) {
    t.talks.push_back(
        {t.dice.chance(75), 1 + t.dice.below(3), 40000 + static_cast<unsigned>(t.talks.size()), 0, false});
    open.push_back(t.talks.size() - 1);
  }
  say(t, t.talks[t.dice.one_of(open)]);
}

void list_both(Twins& t) {
  for (const char* each : {"lb1", "lb2"}) t.at(fmt::format("{} ipvsadm -Lnc", each));
}

void move_address(Twins& t) {
  const char* const other = std::string_view(t.director) == "lb1" ? "lb2" : "lb1";
  t.at(fmt::format("{} ip addr del 10.0.0.100/32 dev eth0", t.director));
  t.now += 11;
  t.at(fmt::format("{} ip addr add 10.0.0.100/32 dev eth0", other));
  t.director = other;
}

}  // namespace

control::Lab generate_sync_lab(std::uint64_t seed) {
  Twins t(seed ^ 0x73796e63u);
  t.files["lab.conf"] = "client[0]=lan\nlb1[0]=lan\nlb2[0]=lan\nrs1[0]=lan\nrs2[0]=lan\n";
  t.files["client.startup"] =
      "ip addr add 10.0.0.1/24 dev eth0\nip addr add 10.0.0.2/24 dev eth0\nip addr add 10.0.0.3/24 dev eth0\n";
  for (unsigned i = 1; i <= 2; ++i)
    t.files[fmt::format("rs{}.startup", i)] = fmt::format(
        "sysctl -w net.ipv4.conf.all.arp_ignore=1\nsysctl -w net.ipv4.conf.all.arp_announce=2\n"
        "ip addr add 10.0.0.{}/24 dev eth0\nip addr add 10.0.0.100/32 dev lo\n",
        20 + i);
  const auto scheduler = [&] { return std::string("-s ") + t.dice.one_of({"rr", "wrr", "lc", "wlc", "sh"}); };
  const std::string tcp = scheduler() + (t.dice.chance(35) ? " -p 60" : ""), udp = scheduler();
  const unsigned syncid = t.dice.chance(60) ? 7 : 0;
  const bool both = t.dice.chance(35);  // each is master and backup
  for (unsigned i = 1; i <= 2; ++i) {
    std::string& startup = t.files[fmt::format("lb{}.startup", i)];
    startup = fmt::format("ip addr add 10.0.0.{}/24 dev eth0\n", 10 + i);
    if (i == 1) startup += "ip addr add 10.0.0.100/32 dev eth0\n";
    startup += twin_settings(t);
    // A backup without a service keeps connections as well.
    if (i == 1 || t.dice.chance(85)) startup += twin_services(t, tcp, udp, i == 1 || t.dice.chance(85));
    const auto start = [&](const char* state, unsigned id) {
      startup += fmt::format("ipvsadm --start-daemon {} --mcast-interface eth0 --syncid {}\n", state, id);
    };
    if (i == 1 || both) start("master", i == 2 || t.dice.chance(90) ? syncid : 9);
    if (i == 2 || both) start("backup", syncid);
  }
  t.now = 100;
  for (unsigned rounds = 2 + t.dice.below(3); rounds > 0; --rounds) {
    for (unsigned packets = 4 + t.dice.below(25); packets > 0; --packets) {
      converse(t);
      t.now += 3 + t.dice.below(40);
    }
    t.now += 310 + t.dice.below(300);
    list_both(t);
    t.now += 20;
    if (t.dice.chance(60)) move_address(t);
    t.now += 20;
  }
  t.now += t.dice.one_of<unsigned>({100, 100, 1100, 6100, 12100});
  list_both(t);
  t.now += 40;
  t.at("- end");
  return drawn_lab(t.files, fmt::format("sync-{}", seed));
}

}  // namespace lvs::referee
