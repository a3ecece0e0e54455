// SPDX-License-Identifier: GPL-2.0-or-later
// Is a segment within the windows of its connection? (kernel: tcp_in_window() of nf_conntrack_proto_tcp.c, Linux 6.1;
// Guido van Rooij, Real Stateful TCP Packet Filtering in IP Filter)
#pragma once

#include <cstdint>

#include "host/netfilter/conntrack-entry.h"
#include "host/packet/packet.h"

namespace lvs::host {

// Bits of CtTcpEnd::flags and CtTcpState::last_flags.
namespace ct_tcp_flag {
inline constexpr std::uint8_t window_scale = 0x01, sack_perm = 0x02, close_init = 0x04, be_liberal = 0x08,
                              data_unacknowledged = 0x10, maxack_set = 0x20, expect_challenge_ack = 0x40,
                              simultaneous_open = 0x80;
}

// What a segment says, by the flag that matters most (kernel: enum tcp_bit_set).
enum class CtSegment : std::uint8_t { syn, syn_ack, fin, ack, rst, none };

// A TCP header taken apart, sequence numbers in host order.
struct CtTcpHeader {
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint32_t end = 0;  // seq and everything that takes a number
  std::uint16_t window = 0;
  std::uint8_t flags = 0;
  std::uint32_t options = 0;       // offset of the options from data()
  std::uint32_t options_size = 0;  // bytes
  bool has(std::uint8_t bit) const { return (flags & bit) != 0; }
  CtSegment kind() const;
};

// False when the header is cut or makes no sense; at the packet's transport header.
bool read_tcp(const Packet& packet, CtTcpHeader& header);
// Window scale and SACK permission, as told by the options.
void read_tcp_options(const Packet& packet, const CtTcpHeader& header, CtTcpEnd& end);

enum class CtWindow : std::uint8_t { accept, ignore, invalid };
CtWindow tcp_in_window(CtTcpState& state, CtDir dir, CtSegment kind, const Packet& packet, const CtTcpHeader& tcp,
                       bool be_liberal);

inline bool seq_before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }
inline bool seq_after(std::uint32_t a, std::uint32_t b) { return seq_before(b, a); }

}  // namespace lvs::host
