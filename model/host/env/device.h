// SPDX-License-Identifier: GPL-2.0-or-later
// A network interface of a host, with its IPv4 addresses and conf/ sysctls (kernel: net_device and in_device).
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/addr.h"
#include "host/env/sysctl.h"
#include "host/packet/packet.h"
#include "host/packet/route.h"

namespace lvs::host {

// Where a device's frames go: a NIC of ns-3, a TAP, a cable of a test, a tunnel. Never calls back into the host from
// within transmit().
class Port {
 public:
  virtual ~Port() = default;
  // data() is the Ethernet header; no padding, no FCS.
  virtual void transmit(PacketPtr frame) = 0;
};

class Device;
class Shaper;

// What an interface that `ip link add` has made does with its frames (kernel: rtnl_link_ops, net_device_ops); one class
// a type, in host/virtual.
class VirtualLink : public Port {
 public:
  virtual std::string_view type() const = 0;         // as `ip link add ... type` spells it
  virtual Device* lower() const { return nullptr; }  // "eth0.10@eth0": it rides on; or the other end of a pair
  virtual bool carrier() const { return true; }
  // It goes up and down with what it rides on, and cannot be up without.
  virtual bool follows_lower() const { return false; }
  // A frame of `lower` with this VLAN tag is this one's.
  virtual bool takes_tag(std::uint16_t) const { return false; }
  // Its counter of received bytes has the frame's header in it.
  virtual bool counts_header() const { return true; }
  // What it takes from those below, as long as nobody has set it; nothing: it has its own.
  virtual std::optional<base::MacAddr> mac() const { return std::nullopt; }
  virtual std::optional<std::uint32_t> mtu() const { return std::nullopt; }
  // Of a bridge or bond: an interface joins, one leaves; it is removed itself.
  virtual bool enslave(Device&) { return false; }
  virtual void release(Device&) {}
  virtual void removed() {}
  // It goes up or down.
  virtual void set_up(bool) {}
  Device* device = nullptr;  // whose it is
};

// Sees what an interface has received before the host does (kernel: rx_handler).
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void receive(Device& in, PacketPtr frame) = 0;
};

// `ethernet` is at the end of a cable, `made` speaks Ethernet too: `ip link add` made it.
enum class DeviceKind : std::uint8_t { loopback, ethernet, ipip, made };

// Kernel: struct in_ifaddr.
struct InterfaceAddress {
  base::Ipv4Prefix prefix{};   // address and length
  base::Ipv4Addr peer{};       // point-to-point peer; the address itself if none
  base::Ipv4Addr broadcast{};  // any(): none
  Scope scope = Scope::global;
  std::string label{};     // "eth0" or "eth0:1"
  bool secondary = false;  // an earlier address holds the same subnet
  bool noprefixroute = false;
  // Seconds since `set_at`; valid ends the address, preferred makes it "deprecated" (kernel: ifa_valid_lft,
  // ifa_preferred_lft).
  static constexpr std::uint32_t kForever = 0xffffffff;
  std::uint32_t valid = kForever, preferred = kForever;
  base::Time set_at{};
  std::uint32_t metric = 0;  // of its subnet's route

  // The subnet of this address: the peer's, if there is one (kernel: ifa_address and ifa_mask).
  base::Ipv4Prefix subnet() const { return {peer.is_any() ? prefix.addr : peer, prefix.length}; }
};

struct DeviceCounters {
  std::uint64_t rx_packets = 0, rx_bytes = 0, rx_dropped = 0, rx_errors = 0;
  std::uint64_t tx_packets = 0, tx_bytes = 0, tx_dropped = 0, tx_errors = 0;
  std::uint64_t tx_carrier_errors = 0, collisions = 0;
  std::uint64_t carrier_changes = 0;
};

class Device {
 public:
  Device(std::uint32_t index, std::string name, DeviceKind kind) : index_(index), name_(std::move(name)), kind_(kind) {}
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  std::uint32_t index() const { return index_; }
  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }  // through Host::rename()
  DeviceKind kind() const { return kind_; }
  bool is_loopback() const { return kind_ == DeviceKind::loopback; }
  bool is_ethernet() const { return kind_ == DeviceKind::ethernet || kind_ == DeviceKind::made; }

  base::MacAddr mac;
  std::uint32_t mtu = 1500;  // bytes of the IP packet
  bool up = false;           // IFF_UP
  bool carrier = true;       // IFF_LOWER_UP
  bool noarp = false;        // IFF_NOARP
  bool promiscuous = false;
  unsigned tx_queue_length = 1000;

  // In the kernel's order: primaries before their secondaries. Change through Host::add_address() and friends only.
  std::vector<InterfaceAddress> addresses;
  ConfSet conf = conf_defaults();
  // Keys that conf/default no longer reaches: written themselves, or all since the first address (kernel: cnf.state).
  std::bitset<static_cast<std::size_t>(Conf::count_)> conf_written;
  // Joined besides 224.0.0.1, which every interface that is up belongs to (VRRP, IPVS sync).
  std::vector<base::Ipv4Addr> multicast_groups;
  DeviceCounters counters;
  Port* port = nullptr;      // Ethernet only; nullptr: unplugged
  Shaper* shaper = nullptr;  // what `tc qdisc` put before it; nullptr: nothing

  std::unique_ptr<VirtualLink> link;  // of kind `made`; `port` is the same
  Device* master = nullptr;           // the bridge or bond that it belongs to
  Receiver* receiver = nullptr;       // takes all that comes in
  bool multicast = true;              // IFF_MULTICAST
  bool allmulticast = false;
  std::uint32_t group = 0;  // "default"
  std::string alias{};
  bool mac_set = false;  // by an administrator, not drawn or taken from a port (kernel: NET_ADDR_SET)
  bool mtu_set = false;

  // Tunnel devices (kind ipip). any(): not set.
  base::Ipv4Addr tunnel_local;
  base::Ipv4Addr tunnel_remote;
  std::uint8_t tunnel_ttl = 0;  // 0: inherit
  bool tunnel_pmtudisc = true;
  // Of tunl0 and of what `ip link add` made: protocol "any", and bounds of the MTU that are asked as the kernel asks
  // them (ip_tunnel_change_mtu()).
  bool tunnel_any_protocol = false;
  // The interface that its packets leave by, whatever the routes say; its index stays when it is gone. 0: any.
  Device* tunnel_link = nullptr;
  unsigned tunnel_link_index = 0;
  // Errors about what it sent that no sender has been told of yet, and when the last came (kernel: err_count,
  // err_time).
  unsigned tunnel_errors = 0;
  base::Time tunnel_error_at{};

 private:
  std::uint32_t index_;
  std::string name_;
  DeviceKind kind_;
};

}  // namespace lvs::host
