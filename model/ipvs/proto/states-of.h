// SPDX-License-Identifier: GPL-2.0-or-later
// What each protocol has of states and timeouts, by its number (kernel: num_states and timeout_table of struct
// ip_vs_protocol).
#pragma once

#include "ipvs/table/states.h"
#include "wire/ipv4.h"

namespace lvs::ipvs {

// 0: a protocol that is not balanced.
inline unsigned states_of(std::uint8_t protocol) {
  switch (static_cast<wire::IpProto>(protocol)) {
    case wire::IpProto::tcp: return tcp_state::count_;
    case wire::IpProto::udp: return 1;
    case wire::IpProto::sctp: return sctp_state::count_;
    default: return 0;
  }
}

// Of a state that is less than states_of(); seconds.
inline std::uint32_t timeout_of(const ProtocolTables& tables, std::uint8_t protocol, std::uint8_t state) {
  switch (static_cast<wire::IpProto>(protocol)) {
    case wire::IpProto::tcp: return tables.tcp[state];
    case wire::IpProto::sctp: return tables.sctp[state];
    default: return tables.udp;
  }
}

}  // namespace lvs::ipvs
