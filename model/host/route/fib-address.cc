// SPDX-License-Identifier: GPL-2.0-or-later
// Routes that follow addresses and links (kernel: fib_add_ifaddr(), fib_del_ifaddr(), fib_sync_down_dev()).
#include <algorithm>

#include "host/route/fib.h"

namespace lvs::host {

namespace {

// A route that the kernel makes itself (kernel: fib_magic()).
FibRoute kernel_route(Device& dev, RouteType type, base::Ipv4Prefix dst, base::Ipv4Addr source,
                      std::uint32_t metric = 0) {
  FibRoute route;
  route.dst = {dst.network(), dst.length};
  route.table = type == RouteType::unicast ? table::main : table::local;
  route.type = type;
  route.scope = type == RouteType::local ? Scope::host : Scope::link;
  route.proto = RouteProto::kernel;
  route.dev = &dev;
  route.pref_src = source;
  route.metric = metric;
  route.next_hop_scope = type == RouteType::local ? Scope::nowhere : Scope::host;
  route.linkdown = type != RouteType::local && !dev.carrier;
  return route;
}

// The first primary of the same subnet (kernel: inet_ifa_byprefix()).
const InterfaceAddress* primary_of(const Device& dev, base::Ipv4Prefix subnet) {
  const auto at = std::ranges::find_if(dev.addresses, [&](const InterfaceAddress& a) {
    return a.prefix.length == subnet.length && a.subnet().contains(subnet.network());
  });
  return at == dev.addresses.end() ? nullptr : &*at;
}

bool same_subnet(const InterfaceAddress& a, const InterfaceAddress& b) {
  return a.prefix.length == b.prefix.length && b.subnet().contains(a.subnet().addr);
}

// 0/8 and single addresses have no subnet to route.
bool has_subnet(const InterfaceAddress& a) {
  const base::Ipv4Addr network = a.subnet().network();
  return !network.is_any() && (network != a.prefix.addr || a.prefix.length < 32);
}

// What other addresses of the interface still need of an address that goes.
struct Kept {
  bool local = false, broadcast = false, network = false, directed = false;
  bool gone = true;  // false: it is being promoted and keeps its IP
};

Kept kept_by_others(const Device& dev, const InterfaceAddress& address, const InterfaceAddress* former_primary,
                    const InterfaceAddress& primary) {
  const base::Ipv4Addr broadcast = address.subnet().directed_broadcast(), network = address.subnet().network();
  Kept kept;
  bool same_source = false;  // another primary has the same IP
  const InterfaceAddress* other_primary = nullptr;
  for (const InterfaceAddress& other : dev.addresses) {
    if (&other == &address) {
      kept.gone = false;
      continue;
    }
    if (former_primary != nullptr && same_subnet(other, *former_primary)) continue;
    if (other.secondary) {
      if (same_subnet(other, primary)) {
        other_primary = &primary;
      } else {
        if (!same_source) continue;
        if (other_primary == nullptr || !same_subnet(other, *other_primary)) {
          other_primary = primary_of(dev, other.subnet());
        }
        if (other_primary == nullptr || other_primary->prefix.addr != primary.prefix.addr) continue;
      }
    } else {
      if (primary.prefix.addr != other.prefix.addr) continue;
      other_primary = &other;
      if (&primary != &other) same_source = true;
    }
    if (address.prefix.addr == other.prefix.addr) kept.local = true;
    if (address.broadcast == other.broadcast) kept.broadcast = true;
    if (broadcast == other.broadcast) kept.directed = true;
    if (network == other.broadcast) kept.network = true;
    // A primary has its network's own broadcasts.
    const base::Ipv4Addr other_network = other.subnet().network();
    if (other_primary != &other || other.prefix.length >= 31 || other_network.is_any()) continue;
    const auto is_its = [&](base::Ipv4Addr a) {
      return a == other.subnet().directed_broadcast() || a == other_network;
    };
    kept.broadcast |= is_its(address.broadcast);
    kept.directed |= is_its(broadcast);
    kept.network |= is_its(network);
  }
  return kept;
}

}  // namespace

namespace {

// Next hops by this device are of no use any more; true when none is left (kernel: fib_sync_down_dev()).
bool lose_hops(FibEntry& entry, const Device& dev) {
  for (FibNextHop& hop : entry.hops)
    if (hop.dev == &dev) hop.dead = hop.linkdown = true;
  return std::ranges::all_of(entry.hops, [](const FibNextHop& hop) { return hop.dead; });
}

// Kernel: fib_sync_up().
void regain_hops(FibEntry& entry, const Device& dev) {
  for (FibNextHop& hop : entry.hops) {
    if (hop.dev != &dev || !hop.dead) continue;
    hop.dead = false;
    hop.linkdown = !dev.carrier;
  }
}

}  // namespace

template <class Doomed>
std::size_t Fib::flush(Doomed&& doomed) {
  std::size_t gone = 0;
  for (const auto& table : tables_) {
    gone += std::erase_if(table->entries, [&](const auto& entry) { return doomed(*entry); });
  }
  if (gone != 0) ++routes_generation_;
  flush_cache();
  return gone;
}

void Fib::address_added(Device& dev, const InterfaceAddress& address) {
  flush_cache();
  const base::Ipv4Prefix subnet = address.subnet();
  const InterfaceAddress* primary = address.secondary ? primary_of(dev, subnet) : &address;
  if (primary == nullptr) return;
  const base::Ipv4Addr source = primary->prefix.addr;
  const auto make = [&](RouteType type, base::Ipv4Prefix dst, std::uint32_t metric = 0) {
    insert(kernel_route(dev, type, dst, source, metric), AddMode::append);
  };
  const auto make_broadcast = [&](base::Ipv4Addr addr) {
    make(RouteType::broadcast, {addr, 32});
    if (neighbours_.forget != nullptr) neighbours_.forget(neighbours_.self, dev, addr);
  };

  make(RouteType::local, {address.prefix.addr, 32});
  if (!dev.up) return;
  for (const auto& table : tables_)
    for (const auto& entry : table->entries) regain_hops(*entry, dev);
  if (!address.broadcast.is_any() && !address.broadcast.is_broadcast()) make_broadcast(address.broadcast);
  if (address.secondary || !has_subnet(address)) return;
  if (!address.noprefixroute) make(dev.is_loopback() ? RouteType::local : RouteType::unicast, subnet, address.metric);
  if (subnet.length < 31) make_broadcast(subnet.directed_broadcast());
}

void Fib::address_removed(Device& dev, const InterfaceAddress& address, const InterfaceAddress* former_primary) {
  flush_cache();
  const base::Ipv4Prefix subnet = address.subnet();
  const base::Ipv4Addr broadcast = subnet.directed_broadcast();
  const base::Ipv4Addr network = subnet.network();
  const InterfaceAddress* primary = address.secondary ? primary_of(dev, subnet) : &address;
  if (primary == nullptr) return;
  const auto unmake = [&](RouteType type, base::Ipv4Prefix dst) {
    remove(kernel_route(dev, type, dst, primary->prefix.addr));
  };

  const bool had_subnet = !address.secondary && has_subnet(address);
  if (had_subnet && !address.noprefixroute) unmake(dev.is_loopback() ? RouteType::local : RouteType::unicast, subnet);

  const Kept kept = kept_by_others(dev, address, former_primary, *primary);
  if (!kept.broadcast) unmake(RouteType::broadcast, {address.broadcast, 32});
  if (had_subnet && subnet.length < 31) {
    if (!kept.directed) unmake(RouteType::broadcast, {broadcast, 32});
    if (!kept.network) unmake(RouteType::broadcast, {network, 32});
  }
  if (kept.local) return;
  unmake(RouteType::local, {address.prefix.addr, 32});
  if (!kept.gone || is_local(address.prefix.addr)) return;
  // Nobody can use it as a source any more (kernel: fib_sync_down_addr()).
  flush([&](const FibEntry& e) { return e.table == table::main && e.pref_src == address.prefix.addr; });
}

// Kernel: fib_modify_prefix_metric(): the new one is there before the old one goes.
void Fib::metric_changed(Device& dev, const InterfaceAddress& address, std::uint32_t old) {
  if (!dev.up || address.secondary || address.noprefixroute || !has_subnet(address)) return;
  const RouteType type = dev.is_loopback() ? RouteType::local : RouteType::unicast;
  insert(kernel_route(dev, type, address.subnet(), address.prefix.addr, address.metric), AddMode::append);
  remove(kernel_route(dev, type, address.subnet(), address.prefix.addr, old));
}

void Fib::device_up(Device& dev) {
  for (const InterfaceAddress& address : dev.addresses) address_added(dev, address);
  for (const auto& table : tables_)
    for (const auto& entry : table->entries) regain_hops(*entry, dev);
  carrier_changed(dev);
}

void Fib::device_down(Device& dev) {
  // Local routes stay: the host goes on answering for the address on its other interfaces.
  flush([&](FibEntry& e) {
    return e.hops.empty() ? e.dev == &dev && e.next_hop_scope != Scope::nowhere : lose_hops(e, dev);
  });
}

void Fib::device_gone(Device& dev, bool removed) {
  flush([&](FibEntry& e) {
    if (e.hops.empty()) return e.dev == &dev;
    const bool all = lose_hops(e, dev);
    return all || (removed && std::ranges::find(e.hops, &dev, &FibNextHop::dev) != e.hops.end());
  });
}

void Fib::carrier_changed(Device& dev) {
  if (!dev.up && dev.carrier) return flush_cache();
  for (const auto& table : tables_) {
    for (const auto& entry : table->entries) {
      for (FibNextHop& hop : entry->hops)
        if (hop.dev == &dev && !hop.dead) hop.linkdown = !dev.carrier;
      if (entry->dev == &dev && entry->next_hop_scope != Scope::nowhere) entry->linkdown = !dev.carrier;
    }
  }
  flush_cache();
}

}  // namespace lvs::host
