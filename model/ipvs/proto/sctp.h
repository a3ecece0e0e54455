// SPDX-License-Identifier: GPL-2.0-or-later
// The state machine of SCTP (kernel: sctp_states[] of ip_vs_proto_sctp.c), and its checksum.
#pragma once

#include <cstdint>

#include "host/packet/packet.h"
#include "ipvs/table/states.h"

namespace lvs::ipvs {

enum class SctpTable : std::uint8_t { input, output, input_only };
std::uint8_t sctp_next_state(SctpTable table, std::uint8_t event, std::uint8_t state);
// The event of a packet: `chunk` is its first chunk's type, `second` the next one's (255: none).
std::uint8_t sctp_event(std::uint8_t chunk, std::uint8_t second);
bool sctp_active(std::uint8_t state);

// The CRC32c of SCTP (RFC 9260 appendix A) over everything from the transport header on, that field as zero.
std::uint32_t sctp_checksum(const host::Packet& packet, std::uint32_t transport);

}  // namespace lvs::ipvs
