// SPDX-License-Identifier: GPL-2.0-or-later
// One Linux machine: takes frames, commands and the time, gives frames and trace events. Knows neither who simulates it
// nor who else exists. What an administrator changes stands here; what packets meet in Stack, what every part needs in
// Env.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "host/ip/stack.h"
#include "host/netfilter/tables.h"

namespace lvs::host {

// Why an address or link change was refused; the kernel's errno.
enum class ConfigError : std::uint8_t { none, exists, not_available, invalid, no_device, busy };

class Host : public Stack {
 public:
  // lo and tunl0 exist from the start (lo up, tunl0 down), as in a fresh network namespace with the ipip module.
  // `id` names the host in walks; `clock` and everything behind it must outlive the host.
  Host(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock);
  ~Host();

  // --- interfaces ---
  Device& add_ethernet(std::string name, const base::MacAddr& mac, Port* port);
  // `link`: the interface that it is bound to, or nullptr.
  Device& add_tunnel(std::string name, base::Ipv4Addr local, base::Ipv4Addr remote, Device* link = nullptr);
  void bind_tunnel(Device& tunnel, Device* link);
  // An interface that speaks Ethernet without a cable (`ip link add`); its MAC address is drawn unless it is given.
  Device& add_virtual(std::string name, std::unique_ptr<VirtualLink> link, std::optional<base::MacAddr> mac);
  ConfigError remove_device(Device& dev);
  void rename(Device& dev, std::string name);
  // A port of a bridge from now on, or of none (nullptr); false: the other is nothing that has ports.
  bool set_master(Device& dev, Device* master);
  // Carriers of made interfaces follow what they ride on.
  void settle_links();

  // --- configuration, with the kernel's consequences for routes, neighbours and caches ---
  ConfigError add_address(Device& dev, InterfaceAddress address);  // address.broadcast, label may be left empty
  ConfigError remove_address(Device& dev, const base::Ipv4Prefix& prefix);
  // Lifetimes, metric and noprefixroute of an address that is there (kernel: inet_rtm_newaddr() with NLM_F_REPLACE).
  ConfigError change_address(Device& dev, const InterfaceAddress& address);
  void set_up(Device& dev, bool up);
  void set_carrier(Device& dev, bool carrier);
  void set_mtu(Device& dev, std::uint32_t mtu);
  void set_mac(Device& dev, const base::MacAddr& mac);
  void set_arp(Device& dev, bool on);
  // Writes with side effects (ip_forward copies to every conf; conf/all/forwarding sets ip_forward ...).
  void set_sysctl(Ipv4Key key, int value);
  void set_conf_all(Conf key, int value);
  void set_conf_default(Conf key, int value);
  void set_conf(Device& dev, Conf key, int value);

  NetfilterTables tables;

 private:
  void change_up(Device& dev, bool up);
  void detach(Device& dev);
  void remove_address_at(Device& dev, std::size_t at);
  // Takes away the addresses whose time is over, and comes again for the next (kernel: check_lifetime()).
  void check_lifetimes();

  struct LifetimeTimer : base::Timer {
    explicit LifetimeTimer(Host& host);
    Host& host;
  } lifetime_timer_{*this};
};

}  // namespace lvs::host
