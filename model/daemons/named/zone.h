// SPDX-License-Identifier: GPL-2.0-or-later
// A zone as named holds it: names with their sets of records (BIND: lib/dns/rbtdb.c).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/dns.h"

namespace lvs::named {

// Letters of names in lower case: what they are known by.
std::string folded(std::string_view name);
// "a.b.c" becomes "b.c", and "c" the root.
std::string_view parent_of(std::string_view name);

constexpr std::uint16_t number_of(wire::DnsType type) { return static_cast<std::uint16_t>(type); }

// Records of one name and one type.
struct RrSet {
  std::uint16_t type = 0;
  std::uint32_t ttl = 0;
  std::uint32_t number = 0;         // in the order of the file
  std::vector<std::string> data;    // in the order of their bytes, each once
  mutable std::uint32_t asked = 0;  // how often it was looked up: where a cyclic order begins

  void add(std::string bytes);
};

struct Node {
  std::string name;  // as written
  std::vector<RrSet> sets;

  const RrSet* find(wire::DnsType type) const { return find(number_of(type)); }
  const RrSet* find(std::uint16_t type) const;
};

class Zone {
 public:
  explicit Zone(std::string origin) : origin_(std::move(origin)) {}

  const std::string& origin() const { return origin_; }
  const Node* top() const { return node(origin_); }
  const Node* node(std::string_view name) const;
  Node& make(const std::string& name);
  const std::map<std::string, Node, std::less<>>& nodes() const { return nodes_; }

  struct Found {
    enum class Kind : std::uint8_t { node, delegation, no_name } kind = Kind::no_name;
    const Node* node = nullptr;  // nothing: a name with names below it and no records
    bool wild = false;           // its records are for any name
  };
  // `name` is in the zone.
  Found find(std::string_view name) const;
  std::uint32_t serial() const;
  // The sets in the order in which the file has them.
  std::vector<const RrSet*> in_order() const;

 private:
  std::string origin_;
  std::map<std::string, Node, std::less<>> nodes_;
  std::set<std::string, std::less<>> there_;  // and those with something below them
};

}  // namespace lvs::named
