// SPDX-License-Identifier: GPL-2.0-or-later
// One tracked connection (kernel: struct nf_conn).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>

#include "base/addr.h"
#include "base/time.h"
#include "host/packet/conntrack-ref.h"

namespace lvs::host {

class Conntrack;

// The two ends of a direction (kernel: struct nf_conntrack_tuple). ICMP has its id in sport, and type and code in
// dport.
struct CtTuple {
  base::Ipv4Addr src;
  base::Ipv4Addr dst;
  std::uint16_t sport = 0;
  std::uint16_t dport = 0;
  std::uint8_t protocol = 0;

  friend bool operator==(const CtTuple&, const CtTuple&) = default;
};

struct CtTupleHash {
  std::size_t operator()(const CtTuple& t) const noexcept {
    std::uint64_t h = (std::uint64_t{t.src.value} << 32 | t.dst.value) * 0x9e3779b97f4a7c15ull;
    h ^= (std::uint64_t{t.sport} << 24 | std::uint64_t{t.dport} << 8 | t.protocol) * 0xc2b2ae3d27d4eb4full;
    h *= 0x9e3779b97f4a7c15ull;
    return static_cast<std::size_t>(h ^ h >> 29);
  }
};

// Kernel: enum ip_conntrack_status.
namespace ct_status {
inline constexpr std::uint32_t seen_reply = 0x2, assured = 0x4, confirmed = 0x8, src_nat = 0x10, dst_nat = 0x20,
                               src_nat_done = 0x80, dst_nat_done = 0x100, dying = 0x200, fixed_timeout = 0x400;
inline constexpr std::uint32_t nat_mask = src_nat | dst_nat, nat_done_mask = src_nat_done | dst_nat_done;
}  // namespace ct_status

// Kernel: enum tcp_conntrack.
enum class CtTcp : std::uint8_t {
  none,
  syn_sent,
  syn_recv,
  established,
  fin_wait,
  close_wait,
  last_ack,
  time_wait,
  close,
  syn_sent2,
  count_,
};

// What is known of one end's window (kernel: struct ip_ct_tcp_state).
struct CtTcpEnd {
  std::uint32_t end = 0;      // highest seq + len sent
  std::uint32_t max_end = 0;  // highest ack + window of the other end
  std::uint32_t max_win = 0;
  std::uint32_t max_ack = 0;
  std::uint8_t scale = 0;
  std::uint8_t flags = 0;
};

struct CtTcpState {
  std::array<CtTcpEnd, 2> seen;
  CtTcp state = CtTcp::none;
  CtDir last_dir = CtDir::original;
  std::uint8_t retrans = 0;
  std::uint8_t last_index = 0;
  std::uint8_t last_wscale = 0;
  std::uint8_t last_flags = 0;
  std::uint16_t last_win = 0;
  std::uint32_t last_seq = 0;
  std::uint32_t last_ack = 0;
  std::uint32_t last_end = 0;
};

// What has changed of a connection (kernel: enum ip_conntrack_events, as bits).
namespace ct_event {
inline constexpr std::uint32_t fresh = 1, destroyed = 4, reply = 8, assured = 16, protocol = 32, mark = 128;
}

class ConntrackEntry {
 public:
  bool has(std::uint32_t bits) const { return (status & bits) != 0; }
  CtTuple& tuple(CtDir dir) { return tuples[static_cast<std::size_t>(dir)]; }
  const CtTuple& tuple(CtDir dir) const { return tuples[static_cast<std::size_t>(dir)]; }

  std::array<CtTuple, 2> tuples;
  std::uint32_t status = 0;
  std::uint32_t mark = 0;
  base::Time expires{};          // for unconfirmed ones: the length of its life
  base::Time stream_since{};     // UDP: when both have spoken for two seconds it is a stream
  std::uint32_t masquerade = 0;  // index of the device whose address MASQUERADE has taken
  CtTcpState tcp;
  bool watched = false;      // somebody listened when it began: its changes are told (kernel: nf_conntrack_ecache)
  std::uint32_t untold = 0;  // ct_event bits that are to be told with the next packet

 private:
  friend class Conntrack;
  friend void retain(ConntrackEntry& entry);
  friend void release(ConntrackEntry& entry);
  std::uint32_t references_ = 0;
  Conntrack* owner_ = nullptr;
  ConntrackEntry* next_ = nullptr;  // of all that live, newest first
  ConntrackEntry* before_ = nullptr;
};

}  // namespace lvs::host
