// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/core/real-servers.h"

#include <algorithm>

namespace lvs::ipvs {

RealServers::Key RealServers::key_of(const Destination& dest) {
  return {dest.addr, dest.method == ForwardMethod::ipip ? dest.tunnel_port : dest.port};
}

void RealServers::add(Destination& dest) {
  if (dest.method == ForwardMethod::masq || dest.method == ForwardMethod::ipip) {
    servers_[key_of(dest)].push_back(&dest);
  }
}

void RealServers::remove(const Destination& dest) {
  const auto at = servers_.find(key_of(dest));
  if (at == servers_.end()) return;
  std::erase(at->second, &dest);
  if (at->second.empty()) servers_.erase(at);
}

template <class Is>
Destination* RealServers::newest(const Key& key, Is is) const {
  const auto servers = servers_.find(key);
  if (servers == servers_.end()) return nullptr;
  const auto first = servers->second.rbegin(), last = servers->second.rend();
  const auto found = std::find_if(first, last, is);
  return found == last ? nullptr : *found;
}

Destination* RealServers::find(IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) const {
  return newest({addr, port}, [&](const Destination* dest) {
    return dest->method == ForwardMethod::masq && (dest->key.protocol == protocol || dest->key.fwmark != 0);
  });
}

Destination* RealServers::find_tunnel(base::Ipv4Addr addr, std::uint16_t tunnel_port) const {
  return newest({addr, tunnel_port}, [](const Destination* dest) { return dest->method == ForwardMethod::ipip; });
}

}  // namespace lvs::ipvs
