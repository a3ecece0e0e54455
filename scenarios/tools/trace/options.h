// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of lvs-trace, parsed once into values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "trace/event.h"

namespace lvs::scenarios {

struct WalkOptions {
  enum class What : std::uint8_t {
    list,
    walks,
    json,
    pcapng,
    pcap,
    tables,
    journal,
    connections,
    info,
    reasons,
    html,
    lab
  };

  std::string file;
  What what = What::list;
  std::string output;           // "": standard output; a folder with What::lab
  std::optional<bool> colours;  // nothing: as the terminal is
  bool follow = false;
  bool spoiler = false;  // of --html: what comes behind the step shown is hidden
  std::string language;  // of --html: "en", "zh"; empty: the browser's

  // --- filters: all that are given must hold
  std::vector<std::uint32_t> walks;  // numbers as listed, from 1
  struct OwnWalk {
    std::string host;
    std::uint64_t number = 0;
  };
  std::vector<OwnWalk> own_walks;           // "client:3": the third that began at client
  std::vector<std::string> hosts, hooks;    // one of them; hooks are stages too
  std::optional<std::uint32_t> connection;  // number as listed
  std::optional<trace::Verdict> verdict;
  std::optional<base::Ipv4Prefix> address;
  std::optional<std::uint16_t> port;
  bool arp = false, rewritten = false;
  std::string filter;            // of trace/file/filter.h
  std::optional<base::Time> at;  // of --tables, since the timeline's zero

  bool filtered() const {
    return !hosts.empty() || !hooks.empty() || connection || verdict || address || port || arp || rewritten ||
           !filter.empty();
  }
};

std::string walk_usage();
// Empty, or what is wrong in one line. `help`: --help was asked for.
std::string parse_walk_options(const std::vector<std::string>& words, WalkOptions& options, bool& help);

}  // namespace lvs::scenarios
