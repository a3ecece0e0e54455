// SPDX-License-Identifier: GPL-2.0-or-later
// What a NIC with offloads would do, in software: checksums left to it, and TCP segments larger than the MTU (kernel:
// skb_checksum_help(), net/ipv4/tcp_offload.c, inet_gso_segment()).
//
// Packet::csum_start counts from the Ethernet header, the one that is there or the one that will be: taking that header
// off and putting another on changes nothing, an outer IP header adds its size.
#pragma once

#include "host/packet/packet.h"

namespace lvs::host {

// Makes the checksum of a packet whose state is partial; others stay as they are. A field outside of the head is not
// touched.
void complete_checksum(Packet& packet);

// Bytes of the IP packet that one segment becomes (kernel: skb_gso_network_seglen()); the packet's own size if it is
// none of GSO.
std::uint32_t gso_network_length(const Packet& packet);

// True if the packet, or each segment of it, fits (kernel: skb_gso_validate_network_len()).
inline bool fits_mtu(const Packet& packet, std::uint32_t mtu) {
  return packet.size() <= mtu || (packet.gso_size != 0 && gso_network_length(packet) <= mtu);
}

// True for a segment inside another IP packet: virtio's header has no word for that, so that it is cut in software.
bool is_encapsulated_gso(const Packet& packet);

// Cuts a large TCP segment, possibly inside of IPIP headers, into those that the sender would have sent: ids count up,
// FIN and PSH are on the last, CWR on the first; checksums stay partial if they were. The packet's payload is shared.
// False when the headers make no sense; nothing is added then. data() is the Ethernet or the IP header.
bool segment(const Packet& packet, PacketQueue& segments);

}  // namespace lvs::host
