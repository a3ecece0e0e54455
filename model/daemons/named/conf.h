// SPDX-License-Identifier: GPL-2.0-or-later
// A named.conf as values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/addr.h"
#include "daemons/named/answer.h"
#include "daemons/named/conf-tree.h"

namespace lvs::named {

// Who may: "any", "!10.0.0.1", "10.0.0.0/8", "localnets". The first that matches decides.
struct Match {
  enum class Kind : std::uint8_t { any, none, localhost, localnets, prefix, list } kind = Kind::any;
  bool negated = false;
  base::Ipv4Prefix prefix;
  std::vector<Match> list;
};
using MatchList = std::vector<Match>;

// What the machine is, for "localhost" and "localnets".
struct OwnAddresses {
  std::vector<base::Ipv4Prefix> all;
};
// Nothing: no element says anything of it.
std::optional<bool> matches(const MatchList& list, base::Ipv4Addr address, const OwnAddresses& own);

enum class RrOrder : std::uint8_t { random, cyclic, none };
struct OrderRule {
  std::optional<std::uint16_t> type;
  std::string name;  // empty: every one
  RrOrder order = RrOrder::random;
};

struct Forwarding {
  std::vector<std::pair<base::Ipv4Addr, std::uint16_t>> servers;
  bool only = false;
};

struct ZoneConf {
  enum class Kind : std::uint8_t { primary, hint, forward } kind = Kind::primary;
  std::string name, file;
  std::optional<Forwarding> forwarding;
  std::optional<MatchList> allow_query;
};

struct Conf {
  std::string directory, pid_file = "/run/named/named.pid";
  std::uint16_t port = 53;
  std::optional<MatchList> listen_on;  // nothing: any
  std::uint16_t listen_port = 0;       // 0: `port`
  bool recursion = true;
  bool validates = true;  // dnssec-validation
  bool empty_zones = true;
  std::optional<MatchList> allow_query, allow_recursion, allow_query_cache;
  Forwarding forwarding;
  Minimal minimal = Minimal::no_auth_recursive;
  std::vector<OrderRule> orders;
  std::uint32_t most_cache_ttl = 604800, most_missing_ttl = 10800;
  std::vector<ZoneConf> zones;
};

struct ConfReading {
  Conf conf;
  std::string error;                 // named's, with the place
  std::vector<std::string> refused;  // what BIND knows and the model does not
  std::vector<std::string> warnings;
};
ConfReading read_named_conf(const std::string& path, const ReadFile& read);

}  // namespace lvs::named
