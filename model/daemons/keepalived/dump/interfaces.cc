// SPDX-License-Identifier: GPL-2.0-or-later
// The section "Interfaces" (keepalived: dump_if()).
#include <algorithm>

#include "daemons/keepalived/dump/dump.h"
#include "daemons/keepalived/dump/text.h"

namespace lvs::keepalived {
namespace {

std::string flags_of(const host::Device& dev) {
  std::string text = dev.up ? "UP" : "not UP";
  text += dev.up && dev.carrier ? ", RUNNING" : ", not RUNNING";
  if (!dev.is_ethernet()) text += ", no broadcast";
  if (dev.is_loopback()) text += ", loopback";
  if (dev.kind() == host::DeviceKind::ipip && !dev.tunnel_remote.is_any()) text += ", point to point";
  if (dev.noarp && !dev.is_loopback()) text += ", no arp";
  if (!dev.is_ethernet() || !dev.multicast) text += ", no multicast";
  return text;
}

// Addresses that instances move are none of the interface's own.
std::vector<base::Ipv4Addr> own_addresses(const host::Device& dev, const Vrrp& vrrp, bool configured) {
  std::vector<base::Ipv4Addr> own;
  for (const host::InterfaceAddress& each : dev.addresses) {
    const auto moved = [&](const auto& v) {
      const auto is = [&](const ConfAddress& a) { return a.prefix.addr == each.prefix.addr; };
      return std::ranges::any_of(v->conf->addresses, is) || std::ranges::any_of(v->conf->excluded, is);
    };
    const auto is_static = [&](const ConfAddress& a) { return configured && a.prefix.addr == each.prefix.addr; };
    if (std::ranges::none_of(vrrp.instances(), moved) &&
        std::ranges::none_of(vrrp.conf().vrrp.static_addresses, is_static))
      own.push_back(each.prefix.addr);
  }
  return own;
}

void dump_interface(DumpText& d, const host::Device& dev, const Vrrp& vrrp, bool configured) {
  d.line(" Name = {}", dev.name());
  d.line("   index = {}", dev.index());
  const auto own = own_addresses(dev, vrrp, configured);
  d.line("   IPv4 address = {}", own.empty() ? "(none)" : own.front().text());
  if (own.size() > 1) d.line("   Additional IPv4 addresses :");
  for (std::size_t i = 1; i < own.size(); ++i) d.line("     {}", own[i].text());
  d.line("   IPv6 address = (none)");
  if (dev.is_ethernet()) {
    d.line("   MAC = {}", dev.mac.text());
    d.line("   MAC broadcast = ff:ff:ff:ff:ff:ff");
  }
  d.line("   State = {}", flags_of(dev));
  d.line("   Seen up = {}", dev.up && dev.carrier ? 1 : 0);
  d.line("   Delayed state change running = false");
  d.line("   Up debounce timer = 0us");
  d.line("   Down debounce timer = 0us");
  d.line("   MTU = {}", dev.mtu);
  d.line("   HW Type = {}", dev.is_loopback() ? "LOOPBACK" : dev.is_ethernet() ? "ETHERNET" : "UNKNOWN (768)");
  d.line("   NIC netlink status update");
  d.line("   Reset ARP config counter 0");
  d.line("   Original arp_ignore 0");
  d.line("   Original arp_filter 0");
  d.line("   Original promote_secondaries 0");
  d.line("   Reset promote_secondaries counter 0");
  bool any = false;
  for (const auto& v : vrrp.instances()) {
    for (const Tracking& track : v->interfaces) {
      if (track.name != dev.name()) continue;
      if (!std::exchange(any, true)) d.line("   Tracking VRRP instances :");
      d.line("     {}, weight {}{}", v->name(), track.weight, track.multiplier == -1 ? " reverse" : "");
    }
  }
}

}  // namespace

std::string dump_interfaces(control::Machine& machine, const Vrrp& vrrp, bool configured) {
  DumpText d;
  d.line("------< Interfaces >------");
  for (const auto& dev : machine.host().devices()) dump_interface(d, *dev, vrrp, configured);
  return std::move(d.text);
}

}  // namespace lvs::keepalived
