// SPDX-License-Identifier: GPL-2.0-or-later
// Routes of one table in the kernel's order, and the index that finds the longest match (kernel: net/ipv4/fib_trie.c).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/addr.h"
#include "host/env/device.h"
#include "host/packet/route.h"

namespace lvs::host {

namespace table {
inline constexpr std::uint32_t local = 255, main = 254, default_ = 253;
}

// Kernel: RTPROT_*, printed by `ip route` as "proto kernel".
enum class RouteProto : std::uint8_t { unspec = 0, redirect = 1, kernel = 2, boot = 3, static_ = 4 };

// One of the next hops of a route that has several (kernel: struct fib_nh).
struct FibNextHop {
  Device* dev = nullptr;
  base::Ipv4Addr gateway{};  // any(): on link
  unsigned weight = 1;
  bool onlink = false;
  bool linkdown = false;
  bool dead = false;  // its device is down, or has no addresses left
  Scope scope = Scope::host;
  friend bool operator==(const FibNextHop&, const FibNextHop&) = default;

  bool uses_gateway() const { return !gateway.is_any() && scope == Scope::link; }
};

// One route of a table, as `ip route` shows it.
struct FibRoute {
  base::Ipv4Prefix dst{};
  std::uint32_t table = table::main;
  RouteType type = RouteType::unicast;
  Scope scope = Scope::global;
  RouteProto proto = RouteProto::boot;
  Device* dev = nullptr;
  base::Ipv4Addr gateway{};   // any(): on link
  base::Ipv4Addr pref_src{};  // any(): chosen by scope
  std::uint32_t metric = 0;
  std::uint32_t mtu = 0;  // 0: the device's
  TcpMetrics tcp{};
  std::uint8_t tos = 0;
  bool mtu_locked = false;
  bool onlink = false;
  bool linkdown = false;
  // How far the next hop is (kernel: nhc_scope): link behind a gateway, host on link, nowhere for local routes.
  // Fib::add() fills it in.
  Scope next_hop_scope = Scope::host;
  // Two or more, of which the first is dev, gateway, onlink, linkdown and next_hop_scope too; else empty.
  std::vector<FibNextHop> hops{};
  friend bool operator==(const FibRoute&, const FibRoute&) = default;

  bool uses_gateway() const { return !gateway.is_any() && next_hop_scope == Scope::link; }
};

// A route in a table. The serial is never used twice, so that what was learned about a route dies with it.
struct FibEntry : FibRoute {
  std::uint64_t serial = 0;
};

struct FibTable {
  explicit FibTable(std::uint32_t number) : id(number) {}
  std::uint32_t id;
  // In order of network, length (longest first), tos (highest first), metric, and as inserted.
  std::vector<std::unique_ptr<FibEntry>> entries;
};

// Longest-prefix match over one or several tables: an open-addressed hash a prefix length. Rebuilt when routes change.
class FibIndex {
 public:
  // Of two routes to the same prefix, the one of the earlier table comes first.
  void build(std::span<const FibTable* const> tables);

  // The most specific route to `dst` for which accept(entry) is true; nullptr if there is none.
  template <class Accept>
  const FibEntry* find(base::Ipv4Addr dst, Accept&& accept) const {
    for (const Level& level : levels_) {
      const std::uint32_t network = dst.value & level.mask;
      const Slot* slots = slots_.data() + level.first_slot;
      for (std::uint32_t at = hash(network) >> level.shift;; at = (at + 1) & level.slot_mask) {
        const Slot& slot = slots[at];
        if (slot.count == 0) break;
        if (slot.network != network) continue;
        for (std::uint32_t i = 0; i < slot.count; ++i) {
          const FibEntry* entry = runs_[slot.first + i];
          if (accept(*entry)) return entry;
        }
        break;
      }
    }
    return nullptr;
  }

 private:
  struct Slot {
    std::uint32_t network = 0;
    std::uint32_t first = 0;  // into runs_
    std::uint32_t count = 0;  // 0: empty
  };
  struct Level {
    std::uint32_t mask;
    std::uint32_t shift;
    std::uint32_t slot_mask;
    std::uint32_t first_slot;
  };
  static std::uint32_t hash(std::uint32_t network) { return network * 0x9e3779b1u; }

  std::vector<Level> levels_;  // longest prefix first
  std::vector<Slot> slots_;
  std::vector<const FibEntry*> runs_;
};

}  // namespace lvs::host
