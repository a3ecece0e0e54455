// SPDX-License-Identifier: GPL-2.0-or-later
// Sets of addresses, networks and ports that rules ask by name (kernel: net/netfilter/ipset).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "host/packet/packet.h"

namespace lvs::host {

// What one element of a set consists of; parts that its type does not have are 0.
struct IpSetKey {
  std::uint32_t addr = 0;
  std::uint8_t prefix = 32;  // of the one that is a network
  std::uint8_t protocol = 0;
  std::uint16_t port = 0;
  std::uint32_t second = 0;  // the address behind the port
  friend auto operator<=>(const IpSetKey&, const IpSetKey&) = default;
};

struct IpSetElement {
  std::optional<base::Time> expires;
  std::uint64_t packets = 0, bytes = 0;
  std::string comment;
  bool nomatch = false;
};

class IpSet {
 public:
  // Parts of an element, in the order in which its type names them.
  enum class Part : std::uint8_t { address, network, port, second, second_network };
  struct Type {
    std::string_view name;  // "hash:ip,port"
    std::vector<Part> parts;
    bool bitmap = false;
    unsigned revision = 0;
  };
  static const Type* type_of(std::string_view name);
  static const std::vector<Type>& types();

  // --- as created ---
  std::string name;
  const Type* type = nullptr;
  std::uint32_t hash_size = 1024, max_elements = 65536;
  std::uint8_t netmask = 32;
  std::uint32_t bucket_size = 12;
  std::uint32_t initval = 0;
  std::uint16_t first_port = 0, last_port = 65535;  // of bitmap:port
  std::optional<std::uint32_t> timeout;             // seconds; 0: elements stay
  bool counters = false, comments = false;

  // --- content ---
  enum class Added : std::uint8_t { yes, there, full };
  Added add(const IpSetKey& key, const IpSetElement& element, base::Time now, bool replace);
  bool remove(const IpSetKey& key, base::Time now);
  // As `ipset test` asks: the element that holds the key; nullptr: none.
  const IpSetElement* find(const IpSetKey& key, base::Time now) const;
  // Does the packet's source or destination (one a dimension) stand in it? Counts it if so.
  bool matches(const Packet& packet, const std::vector<bool>& source, base::Time now);
  void flush() { elements_.clear(); }
  std::vector<std::pair<IpSetKey, const IpSetElement*>> elements(base::Time now) const;
  void swap_content(IpSet& other);
  // A key of this set's, with what its netmask leaves.
  IpSetKey normal(IpSetKey key) const;

 private:
  static bool alive(const IpSetElement& element, base::Time now) { return !element.expires || *element.expires > now; }
  // The element that holds the key, or the end.
  template <class Elements>
  auto lookup(Elements& elements, const IpSetKey& key, base::Time now) const;
  std::map<IpSetKey, IpSetElement> elements_;
};

class IpSets {
 public:
  IpSet* find(std::string_view name) const;
  std::shared_ptr<IpSet> reference(std::string_view name) const;  // for a rule
  IpSet& create(std::shared_ptr<IpSet> set);
  // How many rules ask it.
  std::size_t references(const IpSet& set) const;
  void destroy(const IpSet& set);
  const std::vector<std::shared_ptr<IpSet>>& all() const { return sets_; }

 private:
  std::vector<std::shared_ptr<IpSet>> sets_;  // in the order of their making
};

}  // namespace lvs::host
