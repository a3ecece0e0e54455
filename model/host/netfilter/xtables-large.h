// SPDX-License-Identifier: GPL-2.0-or-later
// Matches and targets too large for the rule itself, which points to them: they keep something from packet to packet,
// or a text. What is kept under a name is shared by all rules that have the name, and lives as long as one of them
// does.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "host/netfilter/iptables.h"

namespace lvs::host {

// Addresses seen lately (kernel: struct recent_table).
struct RecentTable {
  static constexpr std::size_t kMostEntries = 100;  // ip_list_tot
  struct Entry {
    std::uint32_t addr = 0;
    std::uint8_t ttl = 0;
    unsigned index = 0;               // where the next moment goes
    std::vector<base::Time> moments;  // at most stamps_mask + 1
  };
  std::uint32_t mask = 0xffffffffu;
  unsigned stamps_mask = 31;
  std::list<Entry> entries;  // the one that has been seen last at the end

  Entry* find(std::uint32_t addr, std::uint8_t ttl);  // `ttl`: 0: any
  void add(std::uint32_t addr, std::uint8_t ttl, base::Time now);
  void seen(Entry& entry, base::Time now);
  bool remove(std::uint32_t addr);
};

// Connections by address (kernel: nf_conncount.c).
struct ConnectionCounts {
  struct List {
    std::vector<CtTuple> connections;
    std::int64_t cleaned = 0;  // the tick
  };
  std::map<std::uint32_t, List> by_address;
};

// Buckets by what hashlimit tells apart (kernel: struct xt_hashlimit_htable).
struct HashLimits {
  struct Key {
    std::uint32_t src = 0, dst = 0;
    std::uint16_t sport = 0, dport = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Bucket {
    std::int64_t credit = 0;  // nanoseconds
    base::Time since{}, expires{};
  };
  std::map<Key, Bucket> buckets;
  base::Time made{}, swept{};  // sweeps are counted from the first; the last of them
};

namespace xt {

// xt_recent.c
struct Recent {
  enum Bit : std::uint8_t { check = 1, set = 2, update = 4, remove = 8, ttl = 16, reap = 32 };
  std::uint8_t asks = 0;  // Bits
  bool invert = false;
  bool destination = false;
  std::uint32_t seconds = 0, hits = 0;
  std::string name = "DEFAULT";
  std::uint32_t mask = 0xffffffffu;
  std::shared_ptr<RecentTable> table = nullptr;
  auto asked() const { return std::tie(asks, invert, destination, seconds, hits, name, mask); }
};

// xt_connlimit.c
struct Connlimit {
  std::uint32_t limit = 0;
  bool upto = false;  // matches as long as there are no more
  bool destination = false;
  std::uint32_t mask = 0xffffffffu;
  ConnectionCounts counts = {};
  auto asked() const { return std::tie(limit, upto, destination, mask); }
};

// xt_string.c
struct Text {
  std::string pattern;
  bool invert = false, ignore_case = false;
  std::string algorithm;
  std::uint16_t from = 0, to = 0xffff;
  auto asked() const { return std::tie(pattern, invert, ignore_case, algorithm, from, to); }
};

// xt_hashlimit.c
struct Hashlimit {
  enum Mode : std::uint8_t { dst_ip = 1, dst_port = 2, src_ip = 4, src_port = 8 };
  std::uint8_t mode = 0;  // Modes
  bool above = false;
  std::uint64_t average = 0;  // time between two packets in 1/1000000 s
  std::uint32_t burst = 5;
  std::uint32_t size = 0, most = 0, gc_interval = 1000, expire = 10000;  // the last two in ms
  std::uint8_t src_prefix = 32, dst_prefix = 32;
  std::string name;
  std::shared_ptr<HashLimits> limits = nullptr;
  auto asked() const {
    return std::tie(mode, above, average, burst, size, most, gc_interval, expire, src_prefix, dst_prefix, name);
  }
};

// xt_tcpmss.c
struct Mss {
  std::uint16_t first = 0, last = 0;
  bool invert = false;
  auto asked() const { return std::tie(first, last, invert); }
};

struct LargeMatch {
  std::variant<Recent, Connlimit, Text, Hashlimit, Mss> as;
};

// xt_NETMAP.c
struct Netmap {
  std::uint32_t addr = 0, mask = 0;
  auto asked() const { return std::tie(addr, mask); }
};

// xt_NFLOG.c: nobody listens.
struct Nflog {
  std::uint32_t group = 0, size = 0, range = 0, threshold = 0;
  bool has_size = false;
  std::string prefix;
  auto asked() const { return std::tie(group, size, range, threshold, has_size, prefix); }
};

struct LargeTarget {
  std::variant<Netmap, Nflog> as;
};

}  // namespace xt

bool large_matches(xt::LargeMatch& match, MatchContext& context);
// The rules of `kind` are new in the kernel: what has no name begins anew, what has one is found or made.
void renew_large_matches(IpTables& tables, IpTables::Kind kind, base::Time now);
// Why the kernel would not take it (kernel: checkentry()): false.
bool large_match_allowed(const xt::LargeMatch& match);
bool large_needs_tracker(const xt::LargeMatch& match);

// For /proc/net/xt_recent.
std::map<std::string, std::shared_ptr<RecentTable>> recent_tables(const IpTables& tables);

}  // namespace lvs::host
