// SPDX-License-Identifier: GPL-2.0-or-later
// The names that dnsmasq knows: those of its configuration and of hosts files, and what others have answered
// (dnsmasq: cache.c). The order of several addresses of a name, and how it turns, are its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/addr.h"
#include "wire/dns.h"

namespace lvs::dnsmasq {

struct Known {
  base::Ipv4Addr address;
  std::uint32_t ttl = 0;  // what is left of it
};

class Store {
 public:
  Store(unsigned size, bool round_robin) : size_(size), round_robin_(round_robin) {}

  // Of hosts files and host-record, in the order read.
  void add_host(const std::string& name, base::Ipv4Addr address, std::uint32_t ttl);
  // Addresses that an upstream server gave, in the reply's order. Seconds since whenever.
  void keep(const std::string& name, const std::vector<wire::DnsRecord>& answers, std::int64_t now);
  // There is no such name, or it has nothing of this type.
  void keep_missing(const std::string& name, std::optional<std::uint16_t> type, std::uint32_t ttl, std::int64_t now);
  void keep_name(base::Ipv4Addr address, const std::string& name, std::uint32_t ttl, std::int64_t now);

  struct Addresses {
    std::vector<Known> all;
    bool local = false;  // of hosts
  };
  // The next question finds them in another order.
  Addresses find(std::string_view name, std::int64_t now);
  bool has_local(std::string_view name) const;
  enum class Missing : std::uint8_t { unknown, no_name, no_data };
  Missing missing(std::string_view name, std::uint16_t type, std::int64_t now);

  struct Name {
    std::string name;
    std::uint32_t ttl = 0;
    bool local = false;
  };
  std::optional<Name> find_name(base::Ipv4Addr address, std::int64_t now);

  // What others have said is forgotten; then what is local is read anew.
  void clear();

 private:
  struct Entry {
    base::Ipv4Addr address;
    std::uint32_t ttl = 0;     // of local ones
    std::int64_t expires = 0;  // of the others
    bool local = false, reverse = false;
    std::uint64_t used = 0;
  };
  using Chain = std::vector<Entry>;

  std::vector<Entry> turn(Chain& chain, std::int64_t now);
  bool make_room(std::int64_t now, const std::string& except);

  unsigned size_;
  bool round_robin_;
  std::uint64_t uses_ = 0;
  std::size_t kept_ = 0;  // entries that are not local
  std::map<std::string, Chain, std::less<>> chains_;
  std::map<base::Ipv4Addr, Name> local_names_;
  std::map<base::Ipv4Addr, std::pair<std::string, std::int64_t>> kept_names_;
  std::map<std::pair<std::string, std::uint16_t>, std::int64_t> missing_;  // type 0: all
};

}  // namespace lvs::dnsmasq
