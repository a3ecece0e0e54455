// SPDX-License-Identifier: GPL-2.0-or-later
// Routing tables, rules and lookups (kernel: net/ipv4/fib_frontend.c, fib_semantics.c, fib_rules.c, route.c).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "host/env/env.h"
#include "host/packet/packet.h"
#include "host/packet/route.h"
#include "host/route/decision-cache.h"
#include "host/route/fib-table.h"
#include "trace/drop.h"
#include "trace/event.h"

namespace lvs::host {

// Bits of the TOS byte that routing sees (kernel: IPTOS_RT_MASK).
inline constexpr std::uint8_t kRoutingTosMask = 0x1c;

// Ports of a rule, first and last.
struct PortRange {
  std::uint16_t first = 0, last = 0;  // 0: any
  friend bool operator==(const PortRange&, const PortRange&) = default;

  bool given() const { return first != 0; }
  bool contains(std::uint16_t port) const { return port >= first && port <= last; }
};

// `ip rule`.
struct FibRule {
  std::uint32_t preference = 0;
  base::Ipv4Prefix from{};  // length 0: all
  base::Ipv4Prefix to{};
  std::string iif{}, oif{};  // "lo" as iif: packets of our own
  std::optional<std::uint32_t> mark{};
  std::uint32_t mark_mask = 0xffffffff;
  std::uint8_t tos = 0;
  RouteType action = RouteType::unicast;  // unicast: look into `table`; blackhole, unreachable, prohibit
  std::uint32_t table = table::main;
  bool inverted = false;  // "not"
  std::uint8_t protocol = 0;
  PortRange sport{}, dport{};
  std::optional<std::uint32_t> jump{};  // "goto": the preference of the rule to go on with, in place of an action
  bool nop = false;                     // in place of an action: nothing
  std::optional<std::uint32_t> suppress_prefixlength{};  // routes no longer than this do not count
  std::optional<std::uint32_t> suppress_group{};         // nor do those through interfaces of this group
  RouteProto proto = RouteProto::unspec;
};

// What a lookup asks (kernel: struct flowi4).
struct FlowKey {
  base::Ipv4Addr dst{};
  base::Ipv4Addr src{};         // any(): to be chosen
  const Device* in = nullptr;   // nullptr: our own
  const Device* out = nullptr;  // bound to this interface
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;         // the header's; bits that routing ignores are masked here
  bool known_next_hop = false;  // FLOWI_FLAG_KNOWN_NH
  bool any_source = false;      // FLOWI_FLAG_ANYSRC: `src` need not be ours
  bool arp = false;  // an ARP request asks (skb->protocol is not IP): no broadcasts, no way out where it came in
  // Only asked for where rules name ports or a route has several next hops. 0: not known, and no port.
  std::uint8_t protocol = 0;
  std::uint16_t sport = 0, dport = 0;
  const Packet* packet = nullptr;  // has them, in place of the three
};
// A packet that has come in.
inline FlowKey flow_of(const Packet& packet) {
  const wire::ConstIpv4 ip = packet.ip();
  return {.dst = ip.dst(), .src = ip.src(), .in = packet.in, .mark = packet.mark, .tos = ip.tos(), .packet = &packet};
}

struct FibMatch {
  const FibRoute* route = nullptr;   // nullptr: no rule led to a route, or the way is barred
  RouteType type = RouteType::none;  // the route's, or what bars the way: blackhole, unreachable, prohibit
  RouteError error = RouteError::net_unreachable;  // when route is nullptr
  std::uint32_t hop = 0;                           // which of route->hops, if it has any

  // The next hop of `route`.
  Device* dev() const { return route->hops.empty() ? route->dev : route->hops[hop].dev; }
  base::Ipv4Addr gateway() const { return route->hops.empty() ? route->gateway : route->hops[hop].gateway; }
  Scope next_hop_scope() const { return route->hops.empty() ? route->next_hop_scope : route->hops[hop].scope; }
  bool uses_gateway() const { return !gateway().is_any() && next_hop_scope() == Scope::link; }
};

// Why a change of a table was refused. Texts as `ip route` prints them: text_of().
enum class FibError : std::uint8_t {
  none,
  exists,               // EEXIST
  no_such,              // ESRCH: nothing to delete
  no_device_up,         // the device of an on-link route is down
  gateway_unreachable,  // no way to the gateway
  invalid,              // EINVAL
  invalid_gateway,      // the gateway is no unicast address, or ours
  not_found,            // ENOENT: nothing to change
  no_device,            // ENODEV
  network_down,         // ENETDOWN: the device behind the gateway is down
  onlink_device_missing,
  onlink_device_down,
  invalid_scope,
  invalid_prefsrc,
  invalid_prefix,     // host bits set
  unwanted_next_hop,  // a device or gateway with unreachable, blackhole, prohibit or throw
  host_scope_gateway,
  host_scope_hops,    // several next hops of a route for the host itself
  gateway_not_first,  // a gateway besides next hops
  device_not_first,
};
// One line of stderr without its end: "RTNETLINK answers: File exists", "Error: Nexthop has invalid gateway."
std::string_view text_of(FibError error);

class Fib {
 public:
  explicit Fib(Env& env);
  ~Fib();

  // --- tables --------------------------------------------------------------------------------------------------------
  enum class AddMode : std::uint8_t { add, append, prepend, replace, change };
  // As RTM_NEWROUTE: checks the gateway (must be on link), the device (up) and the preferred source. `route.scope` is
  // what `ip route` would send: host for local, link for broadcast and for unicast without gateway, else global.
  FibError add(FibRoute route, AddMode mode = AddMode::add);
  // The first route that matches what is given (kernel: fib_table_delete()): type none, scope nowhere, proto unspec and
  // zero or null fields match anything.
  FibError remove(const FibRoute& pattern);
  // Routes of a table in the kernel's dump order.
  std::vector<const FibRoute*> routes(std::uint32_t table) const;
  std::vector<std::uint32_t> tables() const;

  const std::vector<FibRule>& rules() const { return rules_; }
  void add_rule(FibRule rule);  // preference 0: one below the lowest of those after rule 0, as the kernel does
  bool remove_rule(const FibRule& pattern);
  void reset_rules();
  // Somebody has touched the rules: local and main are tables of their own since (kernel: fib_unmerge()).
  bool has_custom_rules() const { return custom_rules_; }

  // --- consequences of address and link changes (kernel: fib_add_ifaddr(), fib_sync_down_dev(), ...) ---
  // Who forgets what ARP knows of an address that is a broadcast address from now on (kernel: arp_invalidate()).
  using ForgetNeighbour = void (*)(void* self, Device& dev, base::Ipv4Addr addr);
  void on_new_broadcast(ForgetNeighbour forget, void* self) { neighbours_ = {forget, self}; }
  void address_added(Device& dev, const InterfaceAddress& address);
  // The address is gone from dev.addresses already, unless it is about to be promoted: then `former_primary` is the
  // primary it served under (kernel: fib_del_ifaddr()).
  void address_removed(Device& dev, const InterfaceAddress& address, const InterfaceAddress* former_primary = nullptr);
  // `address` had the metric `old` for its subnet's route.
  void metric_changed(Device& dev, const InterfaceAddress& address, std::uint32_t old);
  void device_up(Device& dev);
  void device_down(Device& dev);
  // Routes through the device go, local ones too (kernel: fib_disable_ip() with force): it is removed, or has lost its
  // last address.
  // `removed`: it exists no longer, and every route that has it as one of its next hops goes.
  void device_gone(Device& dev, bool removed = false);
  void carrier_changed(Device& dev);
  void mtu_changed(Device& dev, std::uint32_t old_mtu);

  // --- lookups ---
  FibMatch lookup(const FlowKey& key) const;
  // Of several next hops, the one that packets of this flow take (kernel: fib_select_multipath()).
  FibMatch choose_hop(FibMatch match, const FlowKey& key) const;
  // The hash that chooses, 31 bits (kernel: fib_multipath_hash(), policies 0 and 1).
  std::uint32_t flow_hash(const FlowKey& key) const;
  // Which route of which table answers, and which rule has led there. For traces: it is looked up anew, with the rules
  // and tables as they are.
  trace::Why explain(const FlowKey& key) const;
  // Routing of a received packet: local delivery, forwarding or a drop (kernel: ip_route_input_slow()).
  // `drop` is set for what is dropped on the spot (martians, rp_filter). Else, when there is no way on, the type is
  // unreachable, prohibit or blackhole and `error` says which ICMP error a router sends; a host that does not forward
  // gets host_unreachable for whatever is not its own.
  Route input(const FlowKey& key, trace::Drop& drop);
  // Routing of a packet of our own; chooses the source when key.src is any() (kernel: ip_route_output_key_hash()).
  // Type none: no route, `error` says why.
  Route output(const FlowKey& key);
  // Is this packet's source acceptable on the interface key.in, if it goes out by key.out (nullptr: it is for us)?
  // Drop::none if so; `source_on_link`: the source is a neighbour on that interface (kernel: fib_validate_source()).
  trace::Drop validate_source(const FlowKey& key, bool& source_on_link) const;
  // Kernel: inet_addr_type(): local, broadcast, multicast or unicast.
  RouteType address_type(base::Ipv4Addr addr) const { return address_type_on(nullptr, addr); }
  // Like address_type(), for this device only (kernel: inet_dev_addr_type(); not inet_addr_type_dev_table(), whose
  // device names a VRF's table and no more); nullptr: any device.
  RouteType address_type_on(const Device* dev, base::Ipv4Addr addr) const;
  // The address of ours by which what came as `key`, and was routed as `type`, is answered (kernel:
  // fib_compute_spec_dst()). any(): there is none.
  base::Ipv4Addr answer_from(const FlowKey& key, RouteType type) const;
  bool is_local(base::Ipv4Addr addr) const { return address_type(addr) == RouteType::local; }
  // An address of some interface, up or down (kernel: inet_lookup_ifaddr_rcu()).
  bool is_configured(base::Ipv4Addr addr) const;
  // Kernel: inet_select_addr(): the source for reaching dst from this host, any() if there is none.
  base::Ipv4Addr select_address(const Device* dev, base::Ipv4Addr dst, Scope scope) const;
  // Both addresses in one subnet of the device (kernel: inet_addr_onlink(); `b` any(): `a` alone).
  bool on_link(const Device& dev, base::Ipv4Addr a, base::Ipv4Addr b) const;
  // Does the interface take packets to this group (kernel: ip_check_mc_rcu())?
  static bool joined(const Device& dev, base::Ipv4Addr group);

  // --- exceptions (kernel: fib_nh_exception) ---
  // Learn that packets to `dst` may have at most `mtu` bytes; kept for mtu_expires seconds. Below min_pmtu the path is
  // taken as min_pmtu and its packets go without DF (mtu_locked).
  void update_pmtu(base::Ipv4Addr dst, std::uint32_t mtu, base::Time now);
  // An ICMP redirect that came in on `dev` from `old_gateway`: use `new_gateway` for `dst` from now on. False: not
  // believed (kernel: __ip_do_redirect()). The new gateway must be a neighbour already; the caller asks for it.
  bool redirect_allowed(const Device& dev, base::Ipv4Addr dst, base::Ipv4Addr old_gateway,
                        base::Ipv4Addr new_gateway) const;
  void update_redirect(base::Ipv4Addr dst, base::Ipv4Addr new_gateway, base::Time now);
  // What was learned about the way to one address, as listings show it.
  struct Learned {
    base::Ipv4Addr dst{};
    const FibRoute* route = nullptr;  // it belongs to this one
    base::Ipv4Addr gateway{};         // of a redirect; any(): none
    std::uint32_t mtu = 0;            // 0: none
    bool mtu_locked = false;
    base::Time expires{};
  };
  // About key.dst, if the route that leads there now is the one it was learned about.
  std::optional<Learned> learned(const FlowKey& key) const;
  // About every address, in the order of addresses.
  std::vector<Learned> learned() const;

  // Everything that was cached is void (addresses, routes, rules, links or sysctls changed).
  void flush_cache() { ++generation_; }
  // Changes whenever a route that somebody keeps may be out of date.
  std::uint32_t generation() const { return generation_; }

 private:
  // A lookup in full (kernel: struct flowi4 and the FIB_LOOKUP_ flags).
  struct Query {
    base::Ipv4Addr dst{};
    base::Ipv4Addr src{};
    const Device* in = nullptr;  // nullptr: lo
    const Device* out = nullptr;
    std::uint32_t mark = 0;
    std::uint8_t tos = 0;
    Scope scope = Scope::global;
    bool ignore_link_state = false;
    std::uint8_t protocol = 0;
    std::uint16_t sport = 0, dport = 0;
  };
  // A rule with its names resolved.
  struct CompiledRule {
    std::uint32_t from = 0, from_mask = 0, to = 0, to_mask = 0;
    const Device* iif = nullptr;
    const Device* oif = nullptr;
    bool never = false;  // names an interface that does not exist
    std::uint32_t mark = 0, mark_mask = 0;
    std::uint8_t tos = 0;
    RouteType action = RouteType::unicast;
    const FibIndex* index = nullptr;  // nullptr: no such table
    const FibRule* source = nullptr;  // for what few rules have
    bool plain = true;                // nothing of that
    std::size_t jump = 0;             // "goto": index in compiled_; 0: nowhere
  };
  enum class SourceCheck : std::uint8_t { address_only, full, none };
  struct InputEntry {
    std::uint32_t generation = 0;
    base::Ipv4Addr dst{}, src{};  // src only where rules look at it
    const Device* in = nullptr;
    std::uint32_t mark = 0;
    std::uint8_t tos = 0;
    bool arp = false;
    SourceCheck check = SourceCheck::full;
    bool may_redirect = false;  // leaves where it came in, and send_redirects is on
    trace::Drop drop{};
    Route route{};
  };
  struct SourceEntry {
    std::uint32_t generation = 0;
    base::Ipv4Addr src{}, dst{};
    const Device* in = nullptr;
    const Device* out = nullptr;
    std::uint32_t mark = 0;
    std::uint8_t tos = 0;
    bool on_link = false;
    trace::Drop drop{};
  };
  struct OutputEntry {
    std::uint32_t generation = 0;
    base::Ipv4Addr dst{}, src{};
    const Device* out = nullptr;
    std::uint32_t mark = 0;
    std::uint8_t tos = 0;
    std::uint8_t flags = 0;
    Route route{};
  };
  struct Exception {
    std::uint64_t serial = 0;  // of the route it belongs to
    std::uint32_t hop = 0;     // and of its next hop
    std::uint32_t mtu = 0;     // 0: none learned
    bool mtu_locked = false;
    base::Ipv4Addr gateway{};  // any(): none learned
    base::Time expires{};
  };

  FibTable& table_of(std::uint32_t id);
  const FibTable* find_table(std::uint32_t id) const;
  FibError check_hops(FibRoute& route) const;
  FibError check_next_hop(FibRoute& route) const;
  FibError check_gateway(FibRoute& route) const;
  bool valid_pref_src(const FibRoute& route) const;
  FibError insert(const FibRoute& route, AddMode mode);
  void routes_changed();
  template <class Doomed>
  std::size_t flush(Doomed&& doomed);

  // fib-lookup.cc
  void prepare() const;
  void compile_rules() const;
  const FibIndex* index_of(std::uint32_t table) const;
  bool eligible(const FibEntry& e, const Query& query) const;
  bool usable(const FibNextHop& hop, const Query& query) const;
  static bool selects(const CompiledRule& rule, const Query& query, const Device* in);
  static bool has_rare_words(const FibRule& rule);
  static bool selects_rarely(const FibRule& rule, const Query& query, bool otherwise);
  bool suppressed(const CompiledRule& rule, const FibMatch& match) const;
  Query query_of(const FlowKey& key) const;
  std::uint32_t rule_for(const FibRoute& route, std::uint32_t preference) const;  // fib-explain.cc
  FibMatch find(const FibIndex& index, const Query& query) const;
  FibMatch lookup(const Query& query) const;
  FibMatch lookup_rules(const Query& query) const;
  Device* owner_of(base::Ipv4Addr addr) const;

  // fib-input.cc
  bool input_odd(const FlowKey& key, Route& route, trace::Drop& drop) const;
  Route broadcast_input(const FlowKey& key, trace::Drop& drop) const;
  Route multicast_input(const FlowKey& key, trace::Drop& drop) const;
  const InputEntry& cached_input(const FlowKey& key, std::uint8_t tos);
  void decide_input(const FlowKey& key, InputEntry& entry) const;
  trace::Drop check_source(const FlowKey& key, SourceCheck check, bool& on_link);
  SourceCheck source_check(const Device& in, const Device* out) const;
  trace::Drop reverse_lookup(const FlowKey& key, bool& on_link) const;

  // fib-output.cc
  Route decide_output(const FlowKey& key) const;
  Route finish_output(const FlowKey& key, const FibMatch& match, Device* dev, base::Ipv4Addr src) const;
  base::Ipv4Addr source_for(const FibMatch& match) const;
  void set_next_hop(Route& route, const FibMatch& from, base::Ipv4Addr dst, bool forwarding) const;
  const Exception* exception_for(const FibMatch& match, base::Ipv4Addr dst) const;
  void expire_exceptions();
  Exception* exception_to_write(base::Ipv4Addr dst);

  Env& env_;
  struct {
    ForgetNeighbour forget = nullptr;
    void* self = nullptr;
  } neighbours_;
  std::vector<std::unique_ptr<FibTable>> tables_;  // in order of id
  std::vector<FibRule> rules_;
  // Until the first rule is touched, local and main are one trie (kernel: fib_has_custom_rules).
  bool custom_rules_ = false;
  bool custom_local_routes_ = false;
  std::uint64_t serial_ = 0;
  std::unordered_map<base::Ipv4Addr, Exception> exceptions_;
  base::Time next_expiry_ = base::kNever;
  std::uint32_t generation_ = 1;

  // Derived from the above; made anew when prepared_ is not generation_.
  mutable std::uint32_t prepared_ = 0;
  mutable std::uint32_t indexed_ = 0;  // routes_generation_ that the indexes were built from
  std::uint32_t routes_generation_ = 1;
  mutable FibIndex merged_;  // local and main
  mutable std::vector<std::pair<std::uint32_t, FibIndex>> indexes_;
  mutable std::vector<CompiledRule> compiled_;
  mutable bool rules_see_source_ = false;
  mutable bool rules_see_ports_ = false;
  mutable bool each_flow_ = false;  // ports or several next hops count: nothing is remembered by destination
  mutable std::optional<std::array<std::uint64_t, 2>> hash_key_;  // drawn when first used
  InputEntry flow_entry_;
  // Addresses of all interfaces: open addressing, half empty, 0 is empty.
  mutable std::vector<std::uint32_t> addresses_;
  mutable std::uint32_t address_shift_ = 31;

  DecisionCache<InputEntry> inputs_;
  DecisionCache<SourceEntry> sources_;
  DecisionCache<OutputEntry> outputs_;
};

}  // namespace lvs::host
