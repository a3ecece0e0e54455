// SPDX-License-Identifier: GPL-2.0-or-later
// Random clusters that work, and the same with one usual mistake: what `lvs-lab check` is measured with.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "control/lab/lab.h"
#include "referee/generate/sketch.h"

namespace lvs::referee {

// A cluster whose lines are still apart.
struct Cluster {
  enum class Kind : std::uint8_t { nat, snat, mark, dr, tun };

  explicit Cluster(std::uint64_t its_seed) : seed(its_seed), dice(its_seed) {}

  std::uint64_t seed;
  Dice dice;
  Kind kind{};
  bool router = false;  // between clients and the front
  bool far = false;     // TUN: servers behind a router of their own
  unsigned clients = 1, servers = 2;
  unsigned port = 80;  // that the servers listen on
  std::string conf, timeline;
  std::map<std::string, std::vector<std::string>> startup;  // by host

  bool masq() const { return kind == Kind::nat || kind == Kind::snat || kind == Kind::mark; }
  void add(const std::string& host, std::string line) { startup[host].push_back(std::move(line)); }
  // The first line of the host with this text in it is changed, or taken away. False: there is none.
  bool replace(const std::string& host, std::string_view text, std::string_view by);
  bool remove(const std::string& host, std::string_view text);
  std::string some_server() { return Sketch::rs(dice.below(servers)); }

  control::Lab lab(const std::string& name) const;
};

// Works: every line of its timeline ends with status 0 on the model.
Cluster draw_cluster(std::uint64_t seed);

// A mistake that somebody made in it, and the rules of which one should name it.
struct MadeMistake {
  std::string name;  // "no-ip-forward"
  std::vector<std::string_view> rules;
};
MadeMistake make_mistake(Cluster& cluster);

}  // namespace lvs::referee
