// SPDX-License-Identifier: GPL-2.0-or-later
// Routing of received packets. What depends on the destination alone is remembered by destination; the source is
// checked for each packet, by its address alone where the kernel does so too (kernel: ip_route_input_slow(),
// fib_validate_source()).
#include <algorithm>

#include "host/route/fib.h"
#include "host/route/local-multicast.h"
#include "host/route/multipath.h"

namespace lvs::host {

using trace::Drop;

namespace {

constexpr base::Ipv4Addr kAllHosts = base::Ipv4Addr::of(224, 0, 0, 1);

// 0.0.0.0, 127/8, 224/4 and above: the addresses that need a closer look. The rest of 0/8 is ordinary since Linux 5.3.
constexpr bool is_odd(base::Ipv4Addr addr) {
  const std::uint32_t top = addr.value >> 24;
  return addr.is_any() || top == 127 || top >= 224;
}

// As in prepare().
constexpr std::uint32_t hash_of(std::uint32_t value) { return value * 0x9e3779b1u; }

// A host without a usable MTU does no IP (kernel: in_dev is NULL).
bool has_ip(const Device& dev) { return dev.mtu >= 68; }

// To be asked about the source of a packet for this host itself.
FlowKey for_us(FlowKey key) {
  key.dst = {};
  key.out = nullptr;
  return key;
}

Route to_loopback(Device& lo, RouteType type, base::Ipv4Addr src) {
  return {.type = type, .dev = &lo, .src = src, .mtu = std::min(lo.mtu, 0xffffu)};
}

}  // namespace

Route Fib::input(const FlowKey& key, Drop& drop) {
  drop = Drop::none;
  if (next_expiry_ != base::kNever) expire_exceptions();
  if (prepared_ != generation_) prepare();
  if (is_odd(key.dst) || is_odd(key.src)) {
    Route route;
    if (input_odd(key, route, drop)) return route;
  }
  const auto tos = static_cast<std::uint8_t>(key.tos & kRoutingTosMask);
  const InputEntry& entry = cached_input(key, tos);
  if (entry.drop != Drop::none) {
    drop = entry.drop;
    return {};
  }
  if (entry.route.type == RouteType::broadcast) return broadcast_input(key, drop);
  bool on_link = false;
  if (entry.check == SourceCheck::address_only) {
    // is_configured(), in line: every packet to a virtual address passes here.
    const std::uint32_t src = key.src.value;
    std::size_t at = hash_of(src) >> address_shift_;
    while (addresses_[at] != 0 && addresses_[at] != src) at = (at + 1) & (addresses_.size() - 1);
    if (addresses_[at] == src) drop = Drop::ip_martian_source;
  } else if (entry.check == SourceCheck::full) {
    FlowKey source = key;
    source.out = entry.route.type == RouteType::local ? nullptr : entry.route.dev;
    drop = check_source(source, entry.check, on_link);
  }
  if (drop != Drop::none) return {};
  if (!entry.may_redirect || !on_link) return entry.route;
  Route route = entry.route;
  route.redirect = env_.conf_either(*key.in, Conf::shared_media) || this->on_link(*key.in, key.src, route.gateway);
  return route;
}

const Fib::InputEntry& Fib::cached_input(const FlowKey& key, std::uint8_t tos) {
  if (each_flow_) {
    flow_entry_ = {.generation = generation_, .tos = tos};
    decide_input(key, flow_entry_);
    return flow_entry_;
  }
  const base::Ipv4Addr src = rules_see_source_ ? key.src : base::Ipv4Addr{};
  const std::uint32_t hash = (key.dst.value ^ src.value * 31 ^ key.in->index() << 27) * 0x9e3779b1u;
  const InputEntry& known = inputs_.at(hash);
  if (known.generation == generation_ && known.dst == key.dst && known.in == key.in && known.mark == key.mark &&
      known.tos == tos && known.src == src && known.arp == key.arp) {
    return known;
  }
  InputEntry& entry = inputs_.renew(hash, known, generation_);
  entry = {.generation = generation_,
           .dst = key.dst,
           .src = src,
           .in = key.in,
           .mark = key.mark,
           .tos = tos,
           .arp = key.arp};
  decide_input(key, entry);
  return entry;
}

// Addresses that no table knows about. False: nothing special after all.
bool Fib::input_odd(const FlowKey& key, Route& route, Drop& drop) const {
  const auto verdict = [&](Drop reason) {
    drop = reason;
    return true;
  };
  if (!has_ip(*key.in)) return verdict(Drop::dev_down);
  if (key.dst.is_multicast()) {
    route = multicast_input(key, drop);
    return true;
  }
  if (key.src.is_multicast() || key.src.is_broadcast()) return verdict(Drop::ip_invalid_source);
  if (key.dst.is_broadcast() || (key.src.is_any() && key.dst.is_any())) {
    route = broadcast_input(key, drop);
    return true;
  }
  // A zero address is accepted with the limited broadcast only.
  if (key.src.is_any()) return verdict(Drop::ip_invalid_source);
  if (key.dst.is_any()) return verdict(Drop::ip_martian_destination);
  const bool to_lo = key.dst.is_loopback();
  if ((to_lo || key.src.is_loopback()) && !env_.conf_either(*key.in, Conf::route_localnet))
    return verdict(to_lo ? Drop::ip_martian_destination : Drop::ip_invalid_source);
  return false;
}

Route Fib::broadcast_input(const FlowKey& key, Drop& drop) const {
  if (key.arp) {
    drop = Drop::ip_martian_destination;
    return {};
  }
  if (!key.src.is_any()) {
    bool on_link = false;
    drop = validate_source(for_us(key), on_link);
    if (drop != Drop::none) return {};
  }
  return to_loopback(env_.loopback(), RouteType::broadcast, answer_from(key, RouteType::broadcast));
}

// Kernel: ip_route_input_mc(), ip_mc_validate_source().
Route Fib::multicast_input(const FlowKey& key, Drop& drop) const {
  if (!joined(*key.in, key.dst)) {
    drop = Drop::ip_martian_destination;
    return {};
  }
  drop = Drop::ip_invalid_source;
  if (key.src.is_multicast() || key.src.is_broadcast() || key.arp) return {};
  if (key.src.is_loopback() && !env_.conf_either(*key.in, Conf::route_localnet)) return {};
  if (key.src.is_any()) {
    if (!is_local_multicast(key.dst)) return {};
    drop = Drop::none;
  } else {
    bool on_link = false;
    drop = validate_source(for_us(key), on_link);
    if (drop != Drop::none) return {};
  }
  return to_loopback(env_.loopback(), RouteType::multicast, answer_from(key, RouteType::multicast));
}

bool Fib::joined(const Device& dev, base::Ipv4Addr group) {
  if (group == kAllHosts) return dev.up;
  return std::ranges::find(dev.multicast_groups, group) != dev.multicast_groups.end();
}

// What can be said by the destination alone.
void Fib::decide_input(const FlowKey& key, InputEntry& entry) const {
  entry.check = SourceCheck::none;
  if (!has_ip(*key.in)) {
    entry.drop = Drop::dev_down;
    return;
  }
  const bool forwarding = env_.forwarding(*key.in);
  Query query = query_of(key);
  query.out = nullptr;
  FibMatch match = lookup(query);
  const bool broadcast = match.type == RouteType::broadcast;
  if (match.route == nullptr || (match.type != RouteType::local && !broadcast && !forwarding)) {
    // Whatever the tables say, a host that does not forward takes it as "not mine" (EHOSTUNREACH).
    entry.route.type = RouteType::unreachable;
    entry.route.error = RouteError::host_unreachable;
    if (forwarding) {
      entry.route.error = match.error;
      if (match.type != RouteType::none) entry.route.type = match.type;
    }
    return;
  }
  if (match.type == RouteType::local) {
    entry.route = to_loopback(env_.loopback(), RouteType::local, key.dst);
    entry.check = source_check(*key.in, nullptr);
    return;
  }
  if (broadcast && !Sysctls::both(env_.sysctls.all, key.in->conf, Conf::bc_forwarding)) {
    entry.route.type = RouteType::broadcast;
    return;
  }
  if (match.type != RouteType::unicast && !broadcast) {
    entry.drop = Drop::ip_martian_destination;
    return;
  }
  match = choose_hop(match, key);
  entry.route.type = RouteType::unicast;
  set_next_hop(entry.route, match, key.dst, true);
  const bool same = match.dev() == key.in;
  entry.check = source_check(*key.in, match.dev());
  entry.may_redirect = same && !key.arp && env_.conf_either(*key.in, Conf::send_redirects);
  // Proxy ARP answers for another interface only, unless told so (private VLANs).
  if (same && key.arp && !env_.conf_either(*key.in, Conf::proxy_arp_pvlan)) entry.drop = Drop::ip_martian_destination;
}

// How fib_validate_source() goes about a packet from `in` to `out` (nullptr: to us).
Fib::SourceCheck Fib::source_check(const Device& in, const Device* out) const {
  if (env_.conf_max(in, Conf::rp_filter) != 0) return SourceCheck::full;
  if (out == &in && env_.conf_either(in, Conf::send_redirects)) return SourceCheck::full;
  if (env_.conf_either(in, Conf::accept_local)) return SourceCheck::none;
  return custom_local_routes_ || custom_rules_ ? SourceCheck::full : SourceCheck::address_only;
}

Drop Fib::validate_source(const FlowKey& key, bool& source_on_link) const {
  prepare();
  source_on_link = false;
  switch (source_check(*key.in, key.out)) {
    case SourceCheck::none: return Drop::none;
    case SourceCheck::address_only: return is_configured(key.src) ? Drop::ip_martian_source : Drop::none;
    case SourceCheck::full: break;
  }
  return reverse_lookup(key, source_on_link);
}

// reverse_lookup() by way of a cache.
Drop Fib::check_source(const FlowKey& key, SourceCheck check, bool& on_link) {
  if (check != SourceCheck::full) return validate_source(key, on_link);
  if (each_flow_) return reverse_lookup(key, on_link);
  const base::Ipv4Addr dst = rules_see_source_ ? key.dst : base::Ipv4Addr{};
  const std::uint32_t out_index = key.out == nullptr ? 0 : key.out->index();
  const std::uint32_t hash = (key.src.value ^ dst.value * 31 ^ key.in->index() << 27 ^ out_index << 22) * 0x9e3779b1u;
  const SourceEntry& known = sources_.at(hash);
  const auto tos = static_cast<std::uint8_t>(key.tos & kRoutingTosMask);
  if (known.generation == generation_ && known.src == key.src && known.dst == dst && known.in == key.in &&
      known.out == key.out && known.mark == key.mark && known.tos == tos) {
    on_link = known.on_link;
    return known.drop;
  }
  SourceEntry& entry = sources_.renew(hash, known, generation_);
  entry = {.generation = generation_,
           .src = key.src,
           .dst = dst,
           .in = key.in,
           .out = key.out,
           .mark = key.mark,
           .tos = tos};
  entry.drop = reverse_lookup(key, entry.on_link);
  on_link = entry.on_link;
  return entry.drop;
}

// Kernel: __fib_validate_source(): how would we reach the source?
Drop Fib::reverse_lookup(const FlowKey& key, bool& on_link) const {
  const Device& in = *key.in;
  const int rp_filter = env_.conf_max(in, Conf::rp_filter);
  on_link = false;
  Query query{.dst = key.src,
              .src = key.dst,
              .in = key.out,
              .mark = env_.conf_either(in, Conf::src_valid_mark) ? key.mark : 0,
              .tos = static_cast<std::uint8_t>(key.tos & kRoutingTosMask)};
  if (rules_see_ports_) {
    const FlowPorts ports = ports_of(key);
    query.protocol = ports.protocol;
    query.sport = ports.dport;  // as its answers have them (seen on 6.1.192, case rule-ports)
    query.dport = ports.sport;
  }
  const FibMatch match = lookup(query);
  if (match.route == nullptr) return rp_filter != 0 ? Drop::ip_rpfilter : Drop::none;
  if (match.type != RouteType::unicast &&
      (match.type != RouteType::local || !env_.conf_either(in, Conf::accept_local))) {
    return Drop::ip_martian_source;
  }
  const bool any_hop =  // kernel: fib_info_nh_uses_dev()
      std::ranges::any_of(match.route->hops, [&](const FibNextHop& hop) { return hop.dev == &in; });
  if (match.dev() == &in || any_hop || (match.type == RouteType::local && in.is_loopback())) {
    on_link = match.next_hop_scope() >= Scope::host;
    return Drop::none;
  }
  if (in.addresses.empty()) return rp_filter != 0 ? Drop::ip_rpfilter : Drop::none;
  if (rp_filter == 1) return Drop::ip_rpfilter;
  query.out = &in;
  query.ignore_link_state = true;
  const FibMatch back = lookup(query);
  if (back.route != nullptr && back.type == RouteType::unicast) on_link = back.next_hop_scope() >= Scope::host;
  return Drop::none;
}

base::Ipv4Addr Fib::answer_from(const FlowKey& key, RouteType type) const {
  if (type == RouteType::local) return key.dst;
  if (key.src.is_any()) return select_address(key.in, key.src, Scope::link);
  const bool use_mark = env_.conf_either(*key.in, Conf::src_valid_mark);
  const FibMatch match = lookup(Query{.dst = key.src,
                                      .src = {},
                                      .mark = use_mark ? key.mark : 0,
                                      .tos = static_cast<std::uint8_t>(key.tos & kRoutingTosMask)});
  return match.route != nullptr ? source_for(match) : select_address(key.in, key.src, Scope::global);
}

}  // namespace lvs::host
