// SPDX-License-Identifier: GPL-2.0-or-later
// Routing tables, rules and lookups (kernel: net/ipv4/fib_frontend.c, fib_trie.c, fib_semantics.c, route.c).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "host/device.h"
#include "host/route.h"
#include "trace/drop.h"

namespace lvs::host {

class Host;

namespace table {
inline constexpr std::uint32_t local = 255, main = 254, default_ = 253;
}

// Kernel: RTPROT_*, printed by `ip route` as "proto kernel".
enum class RouteProto : std::uint8_t { unspec = 0, redirect = 1, kernel = 2, boot = 3, static_ = 4 };

// One route of a table, as `ip route` shows it.
struct FibRoute {
  base::Ipv4Prefix dst;
  std::uint32_t table = table::main;
  RouteType type = RouteType::unicast;
  Scope scope = Scope::global;
  RouteProto proto = RouteProto::boot;
  Device* dev = nullptr;
  base::Ipv4Addr gateway;   // any(): on link
  base::Ipv4Addr pref_src;  // any(): chosen by scope
  std::uint32_t metric = 0;
  std::uint32_t mtu = 0;    // 0: the device's
  std::uint8_t tos = 0;
  bool mtu_locked = false;
  bool onlink = false;
  bool linkdown = false;
  friend bool operator==(const FibRoute&, const FibRoute&) = default;
};

// `ip rule`.
struct FibRule {
  std::uint32_t preference = 0;
  base::Ipv4Prefix from;        // length 0: all
  base::Ipv4Prefix to;
  std::string iif, oif;
  std::optional<std::uint32_t> mark;
  std::uint32_t mark_mask = 0xffffffff;
  std::uint8_t tos = 0;
  RouteType action = RouteType::unicast;  // unicast: look into `table`
  std::uint32_t table = table::main;
};

// What a lookup asks (kernel: struct flowi4).
struct FlowKey {
  base::Ipv4Addr dst;
  base::Ipv4Addr src;            // any(): to be chosen
  const Device* in = nullptr;    // nullptr: our own
  const Device* out = nullptr;   // bound to this interface
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;
  bool known_next_hop = false;   // FLOWI_FLAG_KNOWN_NH
  bool any_source = false;       // FLOWI_FLAG_ANYSRC: `src` need not be ours
};

struct FibMatch {
  const FibRoute* route = nullptr;  // nullptr: no rule led to a route
  RouteType type = RouteType::none; // the route's, or the rule's action
};

enum class FibError : std::uint8_t { none, exists, no_such, no_device_up, gateway_unreachable, invalid, invalid_gateway };

class Fib {
 public:
  explicit Fib(Host& host) : host_(host) { reset_rules(); }

  // --- tables --------------------------------------------------------------------------------------------------------
  enum class AddMode : std::uint8_t { add, append, prepend, replace, change };
  // As RTM_NEWROUTE: checks the gateway (must be on link), the device (up) and the preferred source.
  FibError add(FibRoute route, AddMode mode = AddMode::add);
  // The first route that matches what is given (kernel: fib_table_delete()): zero and null fields match anything.
  FibError remove(const FibRoute& pattern);
  // Routes of a table in the kernel's dump order.
  std::vector<const FibRoute*> routes(std::uint32_t table) const;
  std::vector<std::uint32_t> tables() const;

  const std::vector<FibRule>& rules() const { return rules_; }
  void add_rule(FibRule rule);  // preference 0: one below the lowest of those after rule 0, as the kernel does
  bool remove_rule(const FibRule& pattern);
  void reset_rules();

  // --- consequences of address and link changes (kernel: fib_add_ifaddr(), fib_sync_down_dev(), ...) -------------------
  void address_added(Device& dev, const InterfaceAddress& address);
  void address_removed(Device& dev, const InterfaceAddress& address);
  void device_up(Device& dev);
  void device_down(Device& dev);

  // --- lookups ---------------------------------------------------------------------------------------------------------
  FibMatch lookup(const FlowKey& key) const;
  // Routing of a received packet: local delivery, forwarding or a drop (kernel: ip_route_input_slow()). On failure
  // `drop` says why and the result's type is none; unreachable, blackhole and prohibit come back as types.
  Route input(const FlowKey& key, trace::Drop& drop);
  // Routing of a packet of our own; chooses the source when key.src is any() (kernel: ip_route_output_key_hash()).
  // Type none: no route (ENETUNREACH or EINVAL).
  Route output(const FlowKey& key);
  // Is this packet's source acceptable on the interface (kernel: __fib_validate_source())? Drop::none if so.
  trace::Drop validate_source(const FlowKey& key, bool& source_on_link) const;
  // Kernel: inet_addr_type(): local, broadcast, multicast or unicast.
  RouteType address_type(base::Ipv4Addr addr) const;
  // Like address_type(), in the local table only and for this device only (kernel: inet_addr_type_dev_table()).
  RouteType address_type_on(const Device* dev, base::Ipv4Addr addr) const;
  bool is_local(base::Ipv4Addr addr) const { return address_type(addr) == RouteType::local; }
  // Kernel: inet_select_addr(): the source for reaching dst from this host, any() if there is none.
  base::Ipv4Addr select_address(const Device* dev, base::Ipv4Addr dst, Scope scope) const;

  // --- path MTU (kernel: fib_nh_exception) -------------------------------------------------------------------------------
  // Learn that packets to `dst` may have at most `mtu` bytes; kept for mtu_expires seconds.
  void update_pmtu(base::Ipv4Addr dst, std::uint32_t mtu, base::Time now);

  // Everything that was cached is void (addresses, routes, rules, links or sysctls changed).
  void flush_cache() { ++generation_; }
  // Changes whenever a route that somebody keeps may be out of date.
  std::uint32_t generation() const { return generation_; }

 private:
  struct Table;
  struct InputCacheEntry {
    std::uint32_t generation = 0;
    base::Ipv4Addr dst, src;
    const Device* in = nullptr;
    std::uint32_t mark = 0;
    std::uint8_t tos = 0;
    trace::Drop drop{};
    Route route;
  };
  struct PmtuEntry {
    std::uint32_t mtu;
    base::Time expires;
  };

  Host& host_;
  // table id -> prefix length -> network -> routes in order of tos and metric
  std::map<std::uint32_t, std::array<std::unordered_map<base::Ipv4Addr, std::vector<FibRoute>>, 33>> tables_;
  std::vector<FibRule> rules_;
  std::unordered_map<base::Ipv4Addr, PmtuEntry> pmtu_;
  std::vector<InputCacheEntry> input_cache_;
  std::uint32_t generation_ = 1;
};

}  // namespace lvs::host
