// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the packet that an ICMP error quotes.
#pragma once

#include "ipvs/core/core.h"
#include "wire/icmp.h"

namespace lvs::ipvs {

enum class QuoteState : std::uint8_t {
  readable,
  not_an_error,  // echo and other types: none of our business
  malformed,     // looks wrong: pass it on untouched
  too_short,     // without an ICMP header: dropped
  gone,          // a fragment that waits for the others
};
// Reassembles the error if it came in fragments (`header` is read anew then) and checks that a quoted IPv4 header with
// sound lengths is in the packet's head.
QuoteState begin_quote(Core& core, Hook hook, PacketPtr& packet, Header& header);
// The quoted packet's header at `offset`; false when it is none that a connection could have. `inverse`: it went the
// other way than requests.
bool read_quote(const Core& core, Packet& packet, std::uint32_t offset, bool inverse, Header& quote);
bool icmp_checksum_ok(const Core& core, Packet& packet, const Header& header);

}  // namespace lvs::ipvs
