// SPDX-License-Identifier: GPL-2.0-or-later
// What stands behind an IP header, as text; parts of dissect.h.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "trace/dissect/dissect.h"
#include "wire/ipv4.h"

namespace lvs::trace {

struct TransportView {
  wire::ConstIpv4 ip;
  base::ByteView bytes;  // what is here of the IP payload
  std::uint32_t size;    // of the IP payload
  DissectStyle style;
  int depth;  // packets within packets that may follow
};

// TCP and UDP write the addresses too, since the ports belong to them.
void tcp_text(std::string& out, const TransportView& view);
void udp_text(std::string& out, const TransportView& view);
// For a packet within a packet: its numbers are as they are.
DissectStyle within(const DissectStyle& style);
void icmp_text(std::string& out, const TransportView& view);
void ip_text(std::string& out, base::ByteView bytes, const DissectStyle& style, int depth);

}  // namespace lvs::trace
