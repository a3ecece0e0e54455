// SPDX-License-Identifier: GPL-2.0-or-later
// What others have answered, until its time is over (BIND: the cache of lib/dns/rbtdb.c).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/time.h"
#include "daemons/named/answer.h"

namespace lvs::named {

class Cache {
 public:
  Cache(std::uint32_t most_ttl, std::uint32_t most_missing_ttl)
      : most_ttl_(most_ttl), most_missing_ttl_(most_missing_ttl) {}

  // `asked`: what was asked for.
  void keep(const wire::DnsQuestion& asked, const wire::DnsMessage& reply, base::Time now);
  // Answers what it can. Nothing: all of it. Else the name that somebody is to be asked for.
  std::optional<std::string> answer(std::string name, const Answering& how, wire::DnsMessage& reply, base::Time now);
  void forget() { sets_.clear(), missing_.clear(), others_.clear(); }

 private:
  struct Entry {
    RrSet set;
    base::Time until{};
  };
  struct Missing {
    bool name = false;    // else the type alone
    wire::DnsRecord soa;  // type 0: none was there
    base::Time until{};
  };
  using Key = std::pair<std::string, std::uint16_t>;

  void keep_sets(const std::vector<wire::DnsRecord>& records, std::map<Key, Entry>& to, base::Time now) const;
  static const Entry* find(const std::map<Key, Entry>& in, const Key& key, base::Time now);
  static void put(std::vector<wire::DnsRecord>& to, const std::string& name, const Entry& entry, const Answering& how,
                  base::Time now);

  std::uint32_t most_ttl_, most_missing_ttl_;
  std::map<Key, Entry> sets_, others_;  // others_: of additional sections
  std::map<Key, Missing> missing_;      // type 0: there is no such name
};

}  // namespace lvs::named
