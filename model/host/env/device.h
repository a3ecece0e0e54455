// SPDX-License-Identifier: GPL-2.0-or-later
// A network interface of a host, with its IPv4 addresses and conf/ sysctls (kernel: net_device and in_device).
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
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

enum class DeviceKind : std::uint8_t { loopback, ethernet, ipip };

// Kernel: struct in_ifaddr.
struct InterfaceAddress {
  base::Ipv4Prefix prefix{};   // address and length
  base::Ipv4Addr peer{};       // point-to-point peer; the address itself if none
  base::Ipv4Addr broadcast{};  // any(): none
  Scope scope = Scope::global;
  std::string label{};     // "eth0" or "eth0:1"
  bool secondary = false;  // an earlier address holds the same subnet
  bool noprefixroute = false;

  // The subnet of this address: the peer's, if there is one (kernel: ifa_address and ifa_mask).
  base::Ipv4Prefix subnet() const { return {peer.is_any() ? prefix.addr : peer, prefix.length}; }
};

struct DeviceCounters {
  std::uint64_t rx_packets = 0, rx_bytes = 0, rx_dropped = 0, rx_errors = 0;
  std::uint64_t tx_packets = 0, tx_bytes = 0, tx_dropped = 0, tx_errors = 0;
  std::uint64_t tx_carrier_errors = 0, collisions = 0;
};

class Device {
 public:
  Device(std::uint32_t index, std::string name, DeviceKind kind) : index_(index), name_(std::move(name)), kind_(kind) {}
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  std::uint32_t index() const { return index_; }
  const std::string& name() const { return name_; }
  DeviceKind kind() const { return kind_; }
  bool is_loopback() const { return kind_ == DeviceKind::loopback; }

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
  Port* port = nullptr;  // Ethernet only; nullptr: unplugged

  // Tunnel devices (kind ipip). any(): not set.
  base::Ipv4Addr tunnel_local;
  base::Ipv4Addr tunnel_remote;
  std::uint8_t tunnel_ttl = 0;  // 0: inherit
  bool tunnel_pmtudisc = true;
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
