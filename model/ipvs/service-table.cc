// SPDX-License-Identifier: GPL-2.0-or-later
// Finding services and servers (kernel: the lookups of ip_vs_ctl.c).
#include <algorithm>

#include "host/env/sysctl.h"
#include "ipvs/core.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint16_t kFtpPort = 21, kFtpDataPort = 20;

// Kernel: ip_vs_svc_hashkey().
std::size_t bucket_of(IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) {
  return (static_cast<std::uint32_t>(protocol) ^ addr.value ^ (port >> 8u) ^ port) & (Core::kBuckets - 1);
}

VirtualService* find_by_address(Core& core, IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) {
  for (const auto& service : core.by_address[bucket_of(protocol, addr, port)]) {
    if (service->key.addr == addr && service->key.port == port && service->key.protocol == protocol) {
      return service.get();
    }
  }
  return nullptr;
}

VirtualService* find_by_mark(Core& core, std::uint32_t mark) {
  for (const auto& service : core.by_mark[mark & (Core::kBuckets - 1)]) {
    if (service->key.fwmark == mark) return service.get();
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(ForwardMethod method) {
  switch (method) {
    case ForwardMethod::localnode: return "Local";
    case ForwardMethod::ipip: return "Tunnel";
    case ForwardMethod::droute: return "Route";
    default: return "Masq";
  }
}

VirtualService::VirtualService() = default;
VirtualService::~VirtualService() = default;

std::string_view VirtualService::scheduler_name() const { return scheduler == nullptr ? "none" : scheduler->name(); }

Core::Bucket& bucket_for(Core& core, const ServiceKey& key) {
  return key.fwmark != 0 ? core.by_mark[key.fwmark & (Core::kBuckets - 1)]
                         : core.by_address[bucket_of(key.protocol, key.addr, key.port)];
}

VirtualService* find_service(Core& core, const ServiceKey& key) {
  return key.fwmark != 0 ? find_by_mark(core, key.fwmark) : find_by_address(core, key.protocol, key.addr, key.port);
}

VirtualService* find_service(Core& core, std::uint32_t mark, IpProto protocol, base::Ipv4Addr addr,
                             std::uint16_t port) {
  if (mark != 0) {
    if (VirtualService* service = find_by_mark(core, mark)) return service;
  }
  VirtualService* service = find_by_address(core, protocol, addr, port);
  if (service == nullptr && protocol == IpProto::tcp && core.ftp_services != 0 &&
      (port == kFtpDataPort || port >= core.host.sysctls.get(host::Ipv4Key::ip_unprivileged_port_start))) {
    service = find_by_address(core, protocol, addr, kFtpPort);
  }
  if (service == nullptr && core.any_port_services != 0) service = find_by_address(core, protocol, addr, 0);
  return service;
}

namespace {

template <class Is>
Destination* find_among(const Core& core, const Core::RealServer& key, Is is) {
  const auto servers = core.real_servers.find(key);
  if (servers == core.real_servers.end()) return nullptr;
  const auto newest = servers->second.rbegin(), none = servers->second.rend();
  const auto found = std::find_if(newest, none, is);
  return found == none ? nullptr : *found;
}

}  // namespace

Destination* find_real_server(Core& core, IpProto protocol, base::Ipv4Addr addr, std::uint16_t port) {
  return find_among(core, {addr, port}, [&](const Destination* dest) {
    return dest->method == ForwardMethod::masq && (dest->key.protocol == protocol || dest->key.fwmark != 0);
  });
}

Destination* find_tunnel(Core& core, base::Ipv4Addr addr, std::uint16_t tunnel_port) {
  return find_among(core, {addr, tunnel_port},
                    [](const Destination* dest) { return dest->method == ForwardMethod::ipip; });
}

}  // namespace lvs::ipvs
