// SPDX-License-Identifier: GPL-2.0-or-later
// How much of a frame is headers.
#pragma once

#include "base/bytes.h"

namespace lvs::wire {

// The number of leading bytes of an Ethernet frame that are protocol headers (Ethernet, ARP, IPv4 with options, an
// inner packet's headers under IPIP, TCP with options, UDP, ICMP, and the headers that an ICMP error quotes), never
// more than there are. What is malformed or unknown counts as headers up to `limit`, so that whoever looks finds it in
// the head.
std::size_t head_length(base::ByteView frame, std::size_t limit);

}  // namespace lvs::wire
