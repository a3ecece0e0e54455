// SPDX-License-Identifier: GPL-2.0-or-later
// Virtual services and their destinations (kernel: struct ip_vs_service, struct ip_vs_dest). Read them freely; changes
// go through IpVs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "host/packet/route.h"
#include "ipvs/table/stats.h"
#include "wire/ipv4.h"

namespace lvs::ipvs {

using wire::IpProto;

class Scheduler;
struct VirtualService;

// Kernel: IP_VS_CONN_F_FWD_MASK. `localnode` is never configured any more; `bypass` is for connections only.
enum class ForwardMethod : std::uint8_t { masq = 0, localnode = 1, ipip = 2, droute = 3, bypass = 4 };
// "Masq", "Local", "Tunnel", "Route", as ipvsadm spells them.
std::string_view name_of(ForwardMethod method);

// Kernel: IP_VS_CONN_F_TUNNEL_TYPE_*.
enum class TunnelType : std::uint8_t { ipip = 0, gue = 1, gre = 2 };
namespace tunnel_flag {  // IP_VS_TUNNEL_ENCAP_FLAG_*
inline constexpr std::uint16_t nocsum = 0, csum = 1, remcsum = 2;
}

namespace service_flag {  // IP_VS_SVC_F_*
inline constexpr std::uint32_t persistent = 0x1, hashed = 0x2, one_packet = 0x4, sched1 = 0x8, sched2 = 0x10,
                               sched3 = 0x20;
inline constexpr std::uint32_t sh_fallback = sched1, sh_port = sched2, mh_fallback = sched1, mh_port = sched2;
}  // namespace service_flag

// What names a service: a firewall mark, or protocol, address and port.
struct ServiceKey {
  IpProto protocol = IpProto::tcp;  // tcp, udp, sctp; not looked at when fwmark is set
  base::Ipv4Addr addr;
  std::uint16_t port = 0;    // 0: every port, for persistent services
  std::uint32_t fwmark = 0;  // not 0: a fwmark service
  friend bool operator==(const ServiceKey&, const ServiceKey&) = default;
};

// What `ipvsadm -A` and `-E` say of a service.
struct ServiceConfig {
  ServiceKey key;
  std::string scheduler = "wlc";       // "" or "none": never schedules
  std::uint32_t flags = 0;             // service_flag
  std::uint32_t timeout = 0;           // seconds, of persistence
  std::uint32_t netmask = 0xffffffff;  // of persistence
  std::string pe_name;                 // "" or "sip"
};

// What `ipvsadm -a` and `-e` say of a destination.
struct DestinationConfig {
  base::Ipv4Addr addr;
  std::uint16_t port = 0;
  ForwardMethod method = ForwardMethod::droute;
  int weight = 1;
  std::uint32_t upper_threshold = 0;  // connections; 0: none
  std::uint32_t lower_threshold = 0;
  TunnelType tunnel_type = TunnelType::ipip;
  std::uint16_t tunnel_port = 0;
  std::uint16_t tunnel_flags = 0;  // tunnel_flag
};

// One real server in one service. Hot fields first: a packet of a known connection touches these lines only.
struct Destination {
  base::Ipv4Addr addr;
  std::uint16_t port = 0;
  ForwardMethod method = ForwardMethod::droute;
  bool available = false;   // linked in a service (IP_VS_DEST_F_AVAILABLE)
  bool overloaded = false;  // upper threshold reached (IP_VS_DEST_F_OVERLOAD)
  int weight = 0;
  std::uint32_t active_conns = 0;
  std::uint32_t inactive_conns = 0;
  VirtualService* service = nullptr;  // nullptr once the service is gone
  Stats stats;

  // The way to it, for as long as fib.generation() is route_generation (kernel: struct ip_vs_dest_dst).
  host::Route route;
  std::uint32_t route_generation = 0;
  base::Ipv4Addr route_source;  // outer source of a tunnel

  int last_weight = 0;                 // last one above zero
  std::uint32_t persistent_conns = 0;  // templates
  std::uint32_t upper_threshold = 0;
  std::uint32_t lower_threshold = 0;
  TunnelType tunnel_type = TunnelType::ipip;
  std::uint16_t tunnel_port = 0;
  std::uint16_t tunnel_flags = 0;
  std::uint32_t references = 0;  // connections, templates and scheduler tables that point here
  // As part of its service's key, kept for revival from the trash.
  ServiceKey key;
  base::Time idle_since = base::kNever;  // in the trash and unreferenced

  std::uint32_t total_conns() const { return active_conns + inactive_conns; }
};

struct VirtualService {
  VirtualService();
  ~VirtualService();
  VirtualService(const VirtualService&) = delete;
  VirtualService& operator=(const VirtualService&) = delete;

  ServiceKey key;
  std::uint32_t flags = 0;    // service_flag
  std::uint32_t timeout = 0;  // seconds, of persistence
  std::uint32_t netmask = 0xffffffff;
  std::string pe_name;
  // In the kernel's order: the newest first.
  std::vector<Destination*> destinations;
  std::unique_ptr<Scheduler> scheduler;  // nullptr: none
  Stats stats;

  std::string_view scheduler_name() const;  // "none" without one
  bool persistent() const { return (flags & service_flag::persistent) != 0; }
  bool one_packet() const { return (flags & service_flag::one_packet) != 0; }
};

}  // namespace lvs::ipvs
