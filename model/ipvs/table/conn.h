// SPDX-License-Identifier: GPL-2.0-or-later
// A connection entry (kernel: struct ip_vs_conn).
#pragma once

#include <cstdint>

#include "base/addr.h"
#include "base/timer-wheel.h"
#include "ipvs/table/service.h"
#include "trace/flow.h"

namespace lvs::ipvs {

struct Core;

// Bits of Conn::flags; bits 0 to 2 are the ForwardMethod (kernel: IP_VS_CONN_F_*, where it has them).
namespace conn_flag {
inline constexpr std::uint16_t method_mask = 0x7, ftp = 0x8, has_extra = 0x10,
                               assured = 0x20,  // of templates (kernel: state bit IP_VS_CTPL_S_ASSURED)
    hashed = 0x40, no_output = 0x80, inactive = 0x100, keep_conntrack = 0x200,
                               synced = 0x400,  // learnt from another director (kernel: 0x20)
    no_client_port = 0x800, template_ = 0x1000, one_packet = 0x2000, out_seq = 0x4000,
                               in_seq = 0x8000;  // ConnExtra has numbers (kernel: 0x200, 0x400)
}

// 96 bytes, so that with its share of the hash table an entry stays below 128. What every packet touches comes first:
// one cache line for every other entry, two for the rest.
struct Conn : base::Timer {
  explicit Conn(base::Timer::Fire fire) : base::Timer(fire) {}

  base::Ipv4Addr caddr;  // client
  base::Ipv4Addr vaddr;  // virtual
  std::uint16_t cport = 0;
  std::uint16_t vport = 0;
  std::uint16_t dport = 0;
  std::uint8_t protocol = 0;     // IP protocol number; 0 for templates of fwmark services
  std::uint8_t state = 0;        // of the protocol's state machine
  std::uint16_t flags = 0;       // conn_flag
  std::uint16_t in_packets = 0;  // count_packet()
  std::uint32_t timeout = 0;     // seconds; what the timer is set to after each packet
  Destination* dest = nullptr;

  base::Ipv4Addr daddr;          // destination
  std::uint32_t controlled = 0;  // entries that this one controls (n_control)
  Conn* control = nullptr;       // the template, or the FTP control connection, that this one hangs on
  Core* owner = nullptr;
  std::uint32_t number = 0;  // in its ConnTable
  std::uint32_t mark = 0;    // of the packet that opened it (kernel: fwmark)

  ForwardMethod method() const { return static_cast<ForwardMethod>(flags & conn_flag::method_mask); }
  bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
  void set(std::uint16_t flag) { flags = static_cast<std::uint16_t>(flags | flag); }
  void clear(std::uint16_t flag) { flags = static_cast<std::uint16_t>(flags & ~flag); }
  // As the client sees it: what both directions share (trace/flow.h).
  std::uint64_t flow() const { return trace::flow_id(protocol, caddr, cport, vaddr, vport); }
  // What is asked of the number is whether it is small, and what it leaves when divided by a period (sync_threshold):
  // beyond 16 bits it goes back by what most periods divide.
  void count_packet() {
    constexpr std::uint16_t kBack = 50400;
    if (++in_packets == 0) in_packets = 0x10000 - kBack;
  }
};
static_assert(sizeof(Conn) == 96);

// A connection as `ipvsadm -Lc` shows it.
struct ConnInfo {
  std::uint8_t protocol = 0;
  base::Ipv4Addr caddr, vaddr, daddr;
  std::uint16_t cport = 0, vport = 0, dport = 0;
  std::string_view state;   // "ESTABLISHED"; templates "NONE" or "ASSURED"
  base::Time remaining{};   // of the timer
  std::uint16_t flags = 0;  // conn_flag
  std::string pe_name;      // "" without a persistence engine
  std::string pe_data;
};
// "TCP", "UDP", "SCTP", "IP" (protocol 0).
std::string_view protocol_name(std::uint8_t protocol);

}  // namespace lvs::ipvs
