// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses of interfaces: primaries, secondaries and promotion (kernel: __inet_insert_ifa(), __inet_del_ifa()).
#include <algorithm>

#include "host/host.h"

namespace lvs::host {

namespace {

// Kernel: same ifa_mask and inet_ifa_match(a.ifa_address, b).
bool same_subnet(const InterfaceAddress& a, const InterfaceAddress& b) {
  return a.prefix.length == b.prefix.length && b.subnet().contains(a.subnet().addr);
}

}  // namespace

ConfigError Host::add_address(Device& dev, InterfaceAddress address) {
  if (address.prefix.length > 32) return ConfigError::invalid;
  if (dev.mtu < 68) return ConfigError::no_device;             // kernel: ENOBUFS, the interface has no in_device
  if (address.prefix.addr.is_any()) return ConfigError::none;  // taken, and ignored
  if (address.peer.is_any()) address.peer = address.prefix.addr;
  if (address.label.empty()) address.label = dev.name();
  address.secondary = false;

  std::vector<InterfaceAddress>& list = dev.addresses;
  std::size_t after_primaries = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].secondary && address.scope <= list[i].scope) after_primaries = i + 1;
    if (!same_subnet(list[i], address)) continue;
    if (list[i].prefix.addr == address.prefix.addr) return ConfigError::exists;
    if (list[i].scope != address.scope) return ConfigError::invalid;
    address.secondary = true;
  }
  address.set_at = now();
  const bool mortal = address.valid != InterfaceAddress::kForever;
  dev.conf_written.set();  // kernel: ipv4_devconf_setall()
  const std::size_t at = address.secondary ? list.size() : after_primaries;
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(at), std::move(address));
  fib.address_added(dev, list[at]);
  events.tell({HostEvent::Kind::address_added, dev, &list[at]});
  if (mortal) check_lifetimes();
  return ConfigError::none;
}

namespace {

constexpr base::Time kSecond = std::chrono::seconds(1);

// When the next thing happens to it (kernel: check_lifetime()); whole seconds, as there.
base::Time next_of(const InterfaceAddress& address, base::Time now) {
  base::Time next = base::kNever;
  for (const std::uint32_t life : {address.valid, address.preferred}) {
    if (life == InterfaceAddress::kForever) continue;
    const base::Time end = address.set_at + kSecond * life;
    if (end > now) next = std::min(next, end);
  }
  return next;
}

}  // namespace

Host::LifetimeTimer::LifetimeTimer(Host& owner)
    : base::Timer([](base::Timer& timer) { static_cast<LifetimeTimer&>(timer).host.check_lifetimes(); }), host(owner) {}

void Host::check_lifetimes() {
  for (bool again = true; again;) {
    again = false;
    for (const auto& dev : devices()) {
      const auto over = std::ranges::find_if(dev->addresses, [&](const InterfaceAddress& a) {
        return a.valid != InterfaceAddress::kForever && a.set_at + kSecond * a.valid <= now();
      });
      if (over == dev->addresses.end()) continue;
      remove_address_at(*dev, static_cast<std::size_t>(over - dev->addresses.begin()));
      again = true;
    }
  }
  base::Time next = base::kNever;
  for (const auto& dev : devices())
    for (const InterfaceAddress& address : dev->addresses) next = std::min(next, next_of(address, now()));
  if (next != base::kNever) arm(lifetime_timer_, next);
}

ConfigError Host::change_address(Device& dev, const InterfaceAddress& address) {
  const auto there = std::ranges::find_if(dev.addresses, [&](const InterfaceAddress& a) {
    return a.prefix.addr == address.prefix.addr && a.prefix.length == address.prefix.length;
  });
  if (there == dev.addresses.end()) return ConfigError::not_available;
  const std::uint32_t old = there->metric;
  there->metric = address.metric;
  there->valid = address.valid;
  there->preferred = address.preferred;
  there->set_at = now();
  if (old != there->metric) fib.metric_changed(dev, *there, old);
  check_lifetimes();
  return ConfigError::none;
}

ConfigError Host::remove_address(Device& dev, const base::Ipv4Prefix& prefix) {
  std::vector<InterfaceAddress>& list = dev.addresses;
  const auto found = std::ranges::find_if(list, [&](const InterfaceAddress& a) {
    return a.prefix.addr == prefix.addr && a.prefix.length == prefix.length;
  });
  if (found == list.end()) return ConfigError::not_available;
  remove_address_at(dev, static_cast<std::size_t>(found - list.begin()));
  return ConfigError::none;
}

// The vector is the kernel's list; positions stand for its pointers.
void Host::remove_address_at(Device& dev, std::size_t at) {
  std::vector<InterfaceAddress>& list = dev.addresses;
  const auto erase = [&](std::size_t i) {
    InterfaceAddress address = std::move(list[i]);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
    return address;
  };
  const auto removed = [&](const InterfaceAddress& address) {  // kernel: fib_inetaddr_event()
    fib.address_removed(dev, address);
    events.tell({HostEvent::Kind::address_removed, dev, &address});
    if (!list.empty()) return;
    fib.device_gone(dev);
    neighbours.device_down(dev);
  };

  // The secondaries of a primary go with it, unless the first of them takes its place.
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t heir = kNone;
  std::size_t last_primary = at;  // the heir goes behind this one
  if (!list[at].secondary) {
    const bool promote = conf_either(dev, Conf::promote_secondaries);
    for (std::size_t i = at + 1; i < list.size();) {
      if (!list[i].secondary && list[at].scope <= list[i].scope) last_primary = i;
      if (!list[i].secondary || !same_subnet(list[at], list[i])) {
        ++i;
      } else if (promote) {
        heir = i;
        break;
      } else {
        removed(erase(i));
      }
    }
  }
  if (heir == kNone) return removed(erase(at));

  // Their routes name the old primary as source: take them away while all addresses are still there.
  for (std::size_t i = heir; i < list.size(); ++i) {
    if (same_subnet(list[at], list[i])) fib.address_removed(dev, list[i], &list[at]);
  }
  const InterfaceAddress old = erase(at);
  --heir;
  if (last_primary > at)
    --last_primary;
  else
    last_primary = kNone;
  removed(old);
  InterfaceAddress promoted = erase(heir);
  promoted.secondary = false;
  const std::size_t place = last_primary == kNone ? at : last_primary + 1;
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(place), std::move(promoted));
  fib.address_added(dev, list[place]);
  for (std::size_t i = heir + 1; i < list.size(); ++i) {
    if (same_subnet(old, list[i])) fib.address_added(dev, list[i]);
  }
}

}  // namespace lvs::host
