// SPDX-License-Identifier: GPL-2.0-or-later
// Routing of our own packets, and what paths turned out to be like (kernel: ip_route_output_key_hash_rcu(),
// __mkroute_output(), fib_nh_exception).
#include <algorithm>

#include "host/route/fib.h"
#include "host/route/local-multicast.h"

namespace lvs::host {

namespace {

constexpr std::uint32_t kMaxMtu = 0xffff;
// Kernel: ip_rt_gc_timeout, how long a redirect is believed.
constexpr base::Time kRedirectLifetime = std::chrono::seconds(300);
// Kernel: FNHE_HASH_SIZE * FNHE_RECLAIM_DEPTH.
constexpr std::size_t kMaxExceptions = 2048 * 5;

Route failed(RouteError error) { return {.error = error}; }

}  // namespace

Route Fib::output(const FlowKey& key) {
  if (next_expiry_ != base::kNever) expire_exceptions();
  if (prepared_ != generation_) prepare();
  if (each_flow_) return decide_output(key);
  const auto tos = static_cast<std::uint8_t>(key.tos & kRoutingTosMask);
  const auto flags = static_cast<std::uint8_t>((key.known_next_hop ? 1 : 0) | (key.any_source ? 2 : 0));
  const std::uint32_t hash = (key.dst.value ^ key.src.value * 31) * 0x9e3779b1u;
  const OutputEntry& known = outputs_.at(hash);
  if (known.generation == generation_ && known.dst == key.dst && known.src == key.src && known.out == key.out &&
      known.mark == key.mark && known.tos == tos && known.flags == flags) {
    return known.route;
  }
  OutputEntry& entry = outputs_.renew(hash, known, generation_);
  entry = {.generation = generation_,
           .dst = key.dst,
           .src = key.src,
           .out = key.out,
           .mark = key.mark,
           .tos = tos,
           .flags = flags,
           .route = decide_output(key)};
  return entry.route;
}

Route Fib::decide_output(const FlowKey& key) const {
  base::Ipv4Addr src = key.src;
  if (!src.is_any()) {
    if (src.is_multicast() || src.is_broadcast() || src.is_any()) return failed(RouteError::invalid);
    if (key.out == nullptr && (key.dst.is_multicast() || key.dst.is_broadcast())) {
      // Multicasts and limited broadcasts leave by the interface of their source.
      Device* owner = owner_of(src);
      if (owner == nullptr) return failed(RouteError::net_unreachable);
      return finish_output(key, {}, owner, src);
    }
    if (!key.any_source && owner_of(src) == nullptr) return failed(RouteError::net_unreachable);
  }
  Device* out = key.out == nullptr ? nullptr : env_.device_by_index(key.out->index());
  if (key.out != nullptr) {
    if (out == nullptr) return failed(RouteError::no_device);
    if (!out->up) return failed(RouteError::net_unreachable);
    if (is_local_multicast(key.dst) || key.dst.is_broadcast()) {
      if (src.is_any()) src = select_address(out, {}, Scope::link);
      return finish_output(key, {}, out, src);
    }
    if (src.is_any()) {
      if (key.dst.is_multicast()) {
        src = select_address(out, {}, Scope::global);
      } else if (key.dst.is_any()) {
        src = select_address(out, {}, Scope::host);
      }
    }
  }
  if (key.dst.is_any()) {  // to ourselves; `src` is the destination to use
    if (src.is_any()) src = base::Ipv4Addr::of(127, 0, 0, 1);
    FlowKey self = key;
    self.dst = src;
    return finish_output(self, {nullptr, RouteType::local, RouteError::none}, &env_.loopback(), src);
  }

  Query query = query_of(key);
  query.src = src;
  query.in = nullptr;
  query.out = out;
  FibMatch match = lookup(query);
  if (match.route == nullptr) {
    if (out == nullptr) return failed(match.error);
    // Bound to an interface, anything is on link there: "because we are allowed to send to iface even if it has NO
    // routes and NO assigned addresses".
    if (src.is_any()) src = select_address(out, {}, Scope::link);
    return finish_output(key, {nullptr, RouteType::unicast, RouteError::none}, out, src);
  }
  if (match.type == RouteType::local) {
    if (src.is_any()) src = match.route->pref_src.is_any() ? key.dst : match.route->pref_src;
    return finish_output(key, match, &env_.loopback(), src);
  }
  if (out == nullptr) {
    FlowKey flow = key;
    flow.src = src;
    match = choose_hop(match, flow);
  }
  if (src.is_any()) src = source_for(match);
  return finish_output(key, match, match.dev(), src);
}

// Kernel: __mkroute_output().
Route Fib::finish_output(const FlowKey& key, const FibMatch& match, Device* dev, base::Ipv4Addr src) const {
  if (dev->mtu < 68) return failed(RouteError::invalid);
  if (src.is_loopback() && !dev->is_loopback() && !env_.conf_either(*dev, Conf::route_localnet)) {
    return failed(RouteError::invalid);
  }
  Route route{.type = match.type, .dev = dev, .src = src, .mtu = std::min(dev->mtu, kMaxMtu)};
  FibMatch from = match;
  if (key.dst.is_broadcast()) {
    route.type = RouteType::broadcast;
    from.route = nullptr;
  } else if (key.dst.is_multicast()) {
    route.type = RouteType::multicast;
    // The default route's gateway is not meant for multicasts.
    if (from.route != nullptr && from.route->dst.length < 4) from.route = nullptr;
  } else if (key.dst.is_any()) {
    return failed(RouteError::invalid);
  }
  if (route.type == RouteType::unicast) route.also_local = dev->is_loopback();
  if (route.type == RouteType::broadcast) route.also_local = !dev->is_loopback();
  if (route.type == RouteType::multicast) route.also_local = !dev->is_loopback() && joined(*dev, key.dst);
  if (from.route != nullptr && route.type != RouteType::local) {
    set_next_hop(route, from, key.dst, false);
    route.dev = dev;
  } else if (from.route != nullptr) {  // an address of ours whose packets IPVS sends on in a tunnel
    if (const Exception* exception = exception_for(from, key.dst); exception != nullptr && exception->mtu != 0) {
      route.mtu = exception->mtu;
      route.mtu_locked = exception->mtu_locked;
      route.mtu_learned = true;
    }
  }
  if (key.known_next_hop && route.type == RouteType::unicast) {
    route.known_next_hop = true;
    if (route.gateway.is_any()) route.gateway = key.dst;
  }
  return route;
}

// Kernel: fib_result_prefsrc().
base::Ipv4Addr Fib::source_for(const FibMatch& match) const {
  const FibRoute& route = *match.route;
  return route.pref_src.is_any() ? select_address(match.dev(), match.gateway(), route.scope) : route.pref_src;
}

// Kernel: rt_set_nexthop(), rt_bind_exception(), ip_dst_mtu_maybe_forward().
void Fib::set_next_hop(Route& route, const FibMatch& match, base::Ipv4Addr dst, bool forwarding) const {
  const FibRoute& from = *match.route;
  route.dev = match.dev();
  if (match.uses_gateway()) route.gateway = match.gateway();
  route.mtu_locked = from.mtu_locked;
  route.tcp = from.tcp;
  std::uint32_t learned = 0;
  if (const Exception* exception = exception_for(match, dst); exception != nullptr) {
    if (!exception->gateway.is_any()) route.gateway = exception->gateway;
    route.mtu_locked |= exception->mtu_locked;
    // A router does not trust what it was told, unless it is set up to.
    if (!forwarding || route.mtu_locked || env_.sysctls.get(Ipv4Key::ip_forward_use_pmtu) != 0) {
      learned = exception->mtu;
    }
  }
  if (learned != 0) {
    route.mtu = learned;
    route.mtu_learned = true;
  } else if (from.mtu != 0) {
    route.mtu = from.mtu;
  } else {
    route.mtu = route.dev->mtu;
    if (route.mtu_locked && !route.gateway.is_any()) route.mtu = std::min(route.mtu, 576u);
  }
  route.mtu = std::min(route.mtu, kMaxMtu);
}

const Fib::Exception* Fib::exception_for(const FibMatch& match, base::Ipv4Addr dst) const {
  if (exceptions_.empty()) return nullptr;
  const auto at = exceptions_.find(dst);
  if (at == exceptions_.end() || at->second.serial != static_cast<const FibEntry&>(*match.route).serial ||
      at->second.hop != match.hop) {
    return nullptr;
  }
  return &at->second;
}

void Fib::expire_exceptions() {
  if (next_expiry_ == base::kNever || env_.now() < next_expiry_) return;
  const base::Time now = env_.now();
  std::erase_if(exceptions_, [&](const auto& item) { return item.second.expires <= now; });
  next_expiry_ = base::kNever;
  for (const auto& [dst, exception] : exceptions_) next_expiry_ = std::min(next_expiry_, exception.expires);
  flush_cache();
}

// The exception for `dst` of the route that leads there now; nullptr when none does.
Fib::Exception* Fib::exception_to_write(base::Ipv4Addr dst) {
  const FibMatch match = choose_hop(lookup(Query{.dst = dst}), {.dst = dst});
  if (match.route == nullptr || (match.type != RouteType::unicast && match.type != RouteType::local)) return nullptr;
  if (exceptions_.size() >= kMaxExceptions && !exceptions_.contains(dst)) exceptions_.erase(exceptions_.begin());
  Exception& exception = exceptions_[dst];
  const std::uint64_t serial = static_cast<const FibEntry*>(match.route)->serial;
  if (exception.serial != serial || exception.hop != match.hop) exception = {.serial = serial, .hop = match.hop};
  return &exception;
}

void Fib::update_pmtu(base::Ipv4Addr dst, std::uint32_t mtu, base::Time now) {
  const Route route = output({.dst = dst});
  if (!route.valid() || route.mtu_locked || route.mtu < mtu) return;
  const auto least = static_cast<std::uint32_t>(env_.sysctls.get(Ipv4Key::min_pmtu));
  const bool lock = mtu < least;
  if (lock) mtu = std::min(route.mtu, least);
  Exception* exception = exception_to_write(dst);
  if (exception == nullptr) return;
  const base::Time life = std::chrono::seconds(env_.sysctls.get(Ipv4Key::mtu_expires));
  if (exception->mtu == mtu && !lock && now < exception->expires - life / 2) return;  // known, and for a while yet
  exception->mtu = mtu;
  exception->mtu_locked = lock;
  exception->expires = now + life;
  next_expiry_ = std::min(next_expiry_, exception->expires);
  flush_cache();
}

bool Fib::redirect_allowed(const Device& dev, base::Ipv4Addr dst, base::Ipv4Addr old_gateway,
                           base::Ipv4Addr new_gateway) const {
  const FibMatch match = choose_hop(lookup(Query{.dst = dst}), {.dst = dst});
  if (match.route == nullptr || !match.uses_gateway()) return false;
  const Exception* exception = exception_for(match, dst);
  const base::Ipv4Addr gateway =
      exception != nullptr && !exception->gateway.is_any() ? exception->gateway : match.gateway();
  if (gateway != old_gateway || new_gateway == old_gateway) return false;
  const bool accepts = env_.forwarding(dev) ? Sysctls::both(env_.sysctls.all, dev.conf, Conf::accept_redirects)
                                            : env_.conf_either(dev, Conf::accept_redirects);
  if (!accepts || new_gateway.is_multicast() || new_gateway.is_broadcast() || new_gateway.is_any()) return false;
  if (env_.conf_either(dev, Conf::shared_media)) return address_type(new_gateway) == RouteType::unicast;
  if (!on_link(dev, new_gateway, old_gateway)) return false;
  if (!env_.conf_either(dev, Conf::secure_redirects)) return true;
  // Only to a gateway that some route names already (kernel: ip_fib_check_default()).
  return std::ranges::any_of(tables_, [&](const auto& table) {
    return std::ranges::any_of(table->entries,
                               [&](const auto& e) { return e->dev == &dev && e->gateway == new_gateway; });
  });
}

void Fib::update_redirect(base::Ipv4Addr dst, base::Ipv4Addr new_gateway, base::Time now) {
  Exception* exception = exception_to_write(dst);
  if (exception == nullptr) return;
  exception->gateway = new_gateway;
  exception->expires = now + kRedirectLifetime;
  next_expiry_ = std::min(next_expiry_, exception->expires);
  flush_cache();
}

std::optional<Fib::Learned> Fib::learned(const FlowKey& key) const {
  const FibMatch match = choose_hop(lookup(key), key);
  const Exception* exception = match.route == nullptr ? nullptr : exception_for(match, key.dst);
  if (exception == nullptr || exception->expires <= env_.now()) return std::nullopt;
  return Learned{key.dst, match.route, exception->gateway, exception->mtu, exception->mtu_locked, exception->expires};
}

std::vector<Fib::Learned> Fib::learned() const {
  std::vector<Learned> all;
  for (const auto& [dst, exception] : exceptions_)
    if (auto each = learned(FlowKey{.dst = dst})) all.push_back(*each);
  std::ranges::sort(all, {}, &Learned::dst);
  return all;
}

// Kernel: fib_nhc_update_mtu(): what was learned yields to a smaller device, and follows one that it was equal to.
void Fib::mtu_changed(Device& dev, std::uint32_t old_mtu) {
  for (auto& [dst, exception] : exceptions_) {
    const FibMatch match = choose_hop(lookup(Query{.dst = dst}), {.dst = dst});
    if (match.route == nullptr || match.dev() != &dev || exception_for(match, dst) != &exception) continue;
    if (exception.mtu_locked) {
      if (dev.mtu > exception.mtu) continue;
      exception.mtu = dev.mtu;
      exception.mtu_locked = false;
    } else if (dev.mtu < exception.mtu || old_mtu == exception.mtu) {
      exception.mtu = dev.mtu;
    }
  }
  flush_cache();
}

}  // namespace lvs::host
