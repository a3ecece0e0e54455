// SPDX-License-Identifier: GPL-2.0-or-later
// Interfaces, links and sysctls as an administrator changes them (kernel: net/core/dev.c, net/ipv4/devinet.c,
// net/ipv4/ip_tunnel.c).
#include <algorithm>

#include "host/host.h"

namespace lvs::host {

namespace {

constexpr std::uint32_t kIpv4Header = 20;
constexpr std::uint32_t kMinMtu = 68;  // below, IPv4 is off on the interface

// Kernel: the handlers of devinet_vars: these do not go from conf/default to interfaces that exist.
bool default_stays(Conf key) {
  switch (key) {
    case Conf::forwarding:
    case Conf::disable_xfrm:
    case Conf::disable_policy:
    case Conf::promote_secondaries:
    case Conf::route_localnet:
    case Conf::drop_unicast_in_l2_multicast: return true;
    default: return false;
  }
}

std::size_t slot(Conf key) { return static_cast<std::size_t>(key); }

}  // namespace

Device& Host::add_ethernet(std::string name, const base::MacAddr& mac, Port* port) {
  auto dev = std::make_unique<Device>(next_ifindex(), std::move(name), DeviceKind::ethernet);
  dev->mac = mac;
  dev->port = port;
  dev->counters.carrier_changes = 2;  // plugged in: none, then there
  dev->conf = sysctls.defaults;
  Device& owned = own_device(std::move(dev));
  fib.flush_cache();
  return owned;
}

Device& Host::add_tunnel(std::string name, base::Ipv4Addr local, base::Ipv4Addr remote, Device* link) {
  auto dev = std::make_unique<Device>(next_ifindex(), std::move(name), DeviceKind::ipip);
  dev->noarp = true;
  dev->conf = sysctls.defaults;
  dev->tunnel_local = local;
  dev->tunnel_remote = remote;
  bind_tunnel(*dev, link);
  Device& owned = own_device(std::move(dev));
  fib.flush_cache();
  return owned;
}

// Kernel: ip_tunnel_bind_dev(): the MTU comes from the interface that leads to the far end.
void Host::bind_tunnel(Device& tunnel, Device* link) {
  tunnel.tunnel_link = link;
  tunnel.tunnel_link_index = link == nullptr ? 0 : link->index();
  const Device* way = nullptr;
  if (!tunnel.tunnel_remote.is_any()) {
    const Route route = fib.output({.dst = tunnel.tunnel_remote, .src = tunnel.tunnel_local, .out = link});
    if (route.valid()) way = route.dev;
  }
  if (way == nullptr) way = link;
  const std::uint32_t mtu = way == nullptr ? 1500 : std::min(way->mtu, 0xffffu);
  tunnel.mtu = std::max(mtu - std::min(mtu, kIpv4Header), kMinMtu);
}

ConfigError Host::remove_device(Device& dev) {
  if (device_by_index(dev.index()) != &dev) return ConfigError::no_device;
  if (dev.is_loopback() || (dev.kind() == DeviceKind::ipip && dev.name() == "tunl0")) return ConfigError::busy;
  if (dev.master != nullptr) set_master(dev, nullptr);
  if (dev.link != nullptr) detach(dev);
  set_up(dev, false);
  while (!dev.addresses.empty()) {
    const InterfaceAddress address = std::move(dev.addresses.front());
    dev.addresses.erase(dev.addresses.begin());
    fib.address_removed(dev, address);
    events.tell({HostEvent::Kind::address_removed, dev, &address});
  }
  fib.device_gone(dev, true);
  neighbours.device_down(dev);
  igmp.device_gone(dev);
  events.tell({HostEvent::Kind::link_gone, dev});
  dev.port = nullptr;
  for (const auto& other : devices())
    if (other->tunnel_link == &dev) other->tunnel_link = nullptr;
  retire_device(dev);
  settle_links();
  fib.flush_cache();
  return ConfigError::none;
}

void Host::change_up(Device& dev, bool up) {
  dev.up = up;
  if (!up) {
    igmp.device_down(dev);
    fib.device_down(dev);
    neighbours.device_down(dev);
    events.tell({HostEvent::Kind::link, dev});
    return;
  }
  if (dev.is_loopback() && dev.mtu >= kMinMtu) {  // kernel: inetdev_event(); refused when it is there
    add_address(dev, {.prefix = {base::Ipv4Addr::of(127, 0, 0, 1), 8}, .scope = Scope::host});
  }
  fib.device_up(dev);
  igmp.device_up(dev);
  events.tell({HostEvent::Kind::link, dev});
  if (conf_max(dev, Conf::arp_notify) != 0) arp.announce(dev);
}

void Host::set_carrier(Device& dev, bool carrier) {
  if (dev.carrier == carrier) return;
  dev.carrier = carrier;
  ++dev.counters.carrier_changes;
  if (!dev.up) {
    events.tell({HostEvent::Kind::link, dev});
    return;
  }  // kernel: NETDEV_CHANGE comes for interfaces that are up
  fib.carrier_changed(dev);
  settle_links();
  if (!carrier && Sysctls::both(sysctls.all, dev.conf, Conf::arp_evict_nocarrier)) neighbours.flush(&dev, true);
  events.tell({HostEvent::Kind::link, dev});
}

void Host::set_mtu(Device& dev, std::uint32_t mtu) {
  const std::uint32_t old = dev.mtu;
  if (old == mtu) return;
  // Drivers refuse what they cannot do (dev->min_mtu, dev->max_mtu); lo can do anything.
  const std::uint32_t most = dev.kind() == DeviceKind::ipip ? 0xffff - kIpv4Header : 0xffff;
  if (!dev.is_loopback() && (mtu < kMinMtu || mtu > most)) return;
  dev.mtu = mtu;
  if (mtu < kMinMtu) {  // kernel: inetdev_destroy()
    while (!dev.addresses.empty()) {
      const InterfaceAddress address = std::move(dev.addresses.front());
      dev.addresses.erase(dev.addresses.begin());
      fib.address_removed(dev, address);
      events.tell({HostEvent::Kind::address_removed, dev, &address});
    }
    fib.device_gone(dev);
  } else if (old < kMinMtu) {  // kernel: inetdev_init()
    dev.conf = sysctls.defaults;
    dev.conf_written.reset();
  }
  fib.mtu_changed(dev, old);
  events.tell({HostEvent::Kind::link, dev});
}

void Host::set_mac(Device& dev, const base::MacAddr& mac) {
  if (dev.mac == mac) return;
  dev.mac = mac;
  neighbours.flush(&dev, false);
  fib.flush_cache();
  events.tell({HostEvent::Kind::link, dev});
  if (dev.up && conf_max(dev, Conf::arp_notify) != 0) arp.announce(dev);
}

void Host::set_arp(Device& dev, bool on) {
  if (dev.noarp == !on) return;
  dev.noarp = !on;
  neighbours.flush(&dev, false);
  fib.flush_cache();
}

void Host::set_sysctl(Ipv4Key key, int value) {
  // net.ipv4.ip_forward and conf/all/forwarding are one variable.
  if (key == Ipv4Key::ip_forward) return set_conf_all(Conf::forwarding, value);
  sysctls.set(key, value);
  fib.flush_cache();
}

void Host::set_conf_all(Conf key, int value) {
  const int old = sysctls.all[slot(key)];
  sysctls.all[slot(key)] = value;
  if (key == Conf::forwarding && value != old) {  // kernel: inet_forward_change()
    sysctls.set(Ipv4Key::ip_forward, value);
    sysctls.all[slot(Conf::accept_redirects)] = value == 0 ? 1 : 0;
    sysctls.defaults[slot(Conf::forwarding)] = value;
    for (const auto& dev : devices()) {
      dev->conf[slot(Conf::forwarding)] = value;
      dev->conf_written.set(slot(Conf::forwarding));
    }
  }
  fib.flush_cache();
}

void Host::set_conf_default(Conf key, int value) {
  sysctls.defaults[slot(key)] = value;
  if (!default_stays(key)) {  // kernel: devinet_copy_dflt_conf()
    for (const auto& dev : devices()) {
      if (!dev->conf_written.test(slot(key))) dev->conf[slot(key)] = value;
    }
  }
  fib.flush_cache();
}

void Host::set_conf(Device& dev, Conf key, int value) {
  dev.conf[slot(key)] = value;
  if (!default_stays(key)) dev.conf_written.set(slot(key));
  fib.flush_cache();
}

}  // namespace lvs::host
