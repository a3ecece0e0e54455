// SPDX-License-Identifier: GPL-2.0-or-later
// The destinations that packets come back from, by address and port: those of NAT and of tunnels (kernel: rs_table).
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/addr.h"
#include "ipvs/table/service.h"

namespace lvs::ipvs {

class RealServers {
 public:
  // Kernel: ip_vs_rs_hash().
  void add(Destination& dest);
  void remove(const Destination& dest);
  // A MASQ destination that is the source of a packet (kernel: ip_vs_find_real_service()).
  Destination* find(IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) const;
  // A TUNNEL destination at the far end (kernel: ip_vs_find_tunnel()).
  Destination* find_tunnel(base::Ipv4Addr addr, std::uint16_t tunnel_port) const;

 private:
  struct Key {
    base::Ipv4Addr addr;
    std::uint16_t port;  // of a tunnel, its own
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return (std::uint64_t{key.addr.value} << 16 | key.port) * 0x9e3779b97f4a7c15ull >> 16;
    }
  };
  static Key key_of(const Destination& dest);
  template <class Is>
  Destination* newest(const Key& key, Is is) const;

  // The newest last. Thousands of services may share a server.
  std::unordered_map<Key, std::vector<Destination*>, KeyHash> servers_;
};

}  // namespace lvs::ipvs
