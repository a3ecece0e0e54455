// SPDX-License-Identifier: GPL-2.0-or-later
// Interfaces that `ip link add` makes, and what of them follows others (kernel: net/core/rtnetlink.c, the notifiers of
// each type).
#include <algorithm>
#include <string>
#include <utility>

#include "host/host.h"

namespace lvs::host {

// Kernel: eth_random_addr().
Device& Host::add_virtual(std::string name, std::unique_ptr<VirtualLink> link, std::optional<base::MacAddr> mac) {
  auto dev = std::make_unique<Device>(next_ifindex(), std::move(name), DeviceKind::made);
  if (mac) {
    dev->mac = *mac;
    dev->mac_set = true;
  } else {
    for (std::uint8_t& byte : dev->mac.bytes) byte = static_cast<std::uint8_t>(rng.next());
    dev->mac.bytes[0] = static_cast<std::uint8_t>((dev->mac.bytes[0] & 0xfe) | 2);
  }
  dev->port = link.get();
  dev->link = std::move(link);
  dev->conf = sysctls.defaults;
  dev->carrier = dev->link->carrier();
  dev->counters.carrier_changes = dev->carrier ? 0 : 1;
  dev->mac = mac ? *mac : dev->link->mac().value_or(dev->mac);
  dev->link->device = dev.get();
  Device& owned = own_device(std::move(dev));
  fib.flush_cache();
  return owned;
}

// Kernel: inetdev_changename(): the first address is called as the interface, others keep what is behind the colon.
void Host::rename(Device& dev, std::string name) {
  constexpr std::size_t kLongest = 15;  // IFNAMSIZ - 1
  for (std::size_t i = 0; i < dev.addresses.size(); ++i) {
    std::string& label = dev.addresses[i].label;
    const std::size_t colon = label.find(':');
    const std::string behind = i == 0                       ? std::string()
                               : colon == std::string::npos ? ":" + std::to_string(i + 1)
                                                            : label.substr(colon);
    label = name.substr(0, kLongest - std::min(kLongest, behind.size())) + behind;
  }
  dev.set_name(std::move(name));
  fib.flush_cache();
}

void Host::settle_links() {
  const std::size_t most = devices().size();  // a chain of links on links has an end
  for (std::size_t round = 0; round < most; ++round) {
    bool changed = false;
    for (const auto& dev : devices()) {
      if (dev->link == nullptr || dev->port == nullptr) continue;
      if (const auto mac = dev->link->mac(); mac && *mac != dev->mac) {
        changed = true;
        set_mac(*dev, *mac);
      }
      if (const auto mtu = dev->link->mtu(); mtu && *mtu != dev->mtu) {
        changed = true;
        set_mtu(*dev, *mtu);
      }
      if (dev->carrier == dev->link->carrier()) continue;
      changed = true;
      set_carrier(*dev, !dev->carrier);
    }
    if (!changed) return;
  }
}

void Host::set_up(Device& dev, bool up) {
  if (dev.up == up) return;
  change_up(dev, up);
  if (dev.link != nullptr) dev.link->set_up(up);
  // Kernel: br_multicast_join_snoopers().
  if (dev.link != nullptr && dev.link->type() == "bridge") {
    constexpr base::Ipv4Addr kAllSnoopers = base::Ipv4Addr::of(224, 0, 0, 106);
    up ? igmp.join(dev, kAllSnoopers) : igmp.leave(dev, kAllSnoopers);
  }
  settle_links();
  for (std::size_t i = 0; i < devices().size(); ++i) {  // kernel: vlan_device_event()
    Device& other = *devices()[i];
    if (other.link != nullptr && other.link->follows_lower() && other.link->lower() == &dev) set_up(other, up);
  }
}

// Who rides on it goes first; whose port it is lets go of it.
void Host::detach(Device& dev) {
  dev.port = nullptr;  // it is going: not to be met again on the way
  dev.link->removed();
  for (bool again = true; again;) {
    again = false;
    for (const auto& other : devices()) {
      if (other->link == nullptr || other->port == nullptr || other->link->lower() != &dev) continue;
      remove_device(*other);
      again = true;
      break;
    }
  }
}

bool Host::set_master(Device& dev, Device* master) {
  if (dev.master == master) return true;
  if (dev.master != nullptr) {
    dev.master->link->release(dev);
    dev.master = nullptr;
  }
  if (master != nullptr) {
    if (master->link == nullptr || !master->link->enslave(dev)) return false;
    dev.master = master;
  }
  fib.flush_cache();
  settle_links();
  return true;
}

}  // namespace lvs::host
