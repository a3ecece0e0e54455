// SPDX-License-Identifier: GPL-2.0-or-later
// The IP options of an answer, from those of what is answered (kernel: __ip_options_echo(), ip_options_build()).
#pragma once

#include <array>
#include <cstdint>

#include "base/addr.h"
#include "base/time.h"
#include "host/packet/packet.h"

namespace lvs::host {

class Stack;

// Milliseconds since midnight, taking the start of the run for midnight (kernel: inet_current_timestamp()).
inline std::uint32_t time_of_day(base::Time now) {
  return static_cast<std::uint32_t>(now.count() / 1'000'000 % 86'400'000);
}

struct EchoedOptions {
  std::array<std::uint8_t, 40> bytes{};
  unsigned size = 0;               // a multiple of four
  unsigned record_address_at = 0;  // where the sender's own address goes; 0: nowhere
  unsigned stamp_address_at = 0;
  unsigned stamp_time_at = 0;

  // Writes `size` bytes; `ours` is the address of the interface the answer leaves by.
  void emit(std::uint8_t* out, base::Ipv4Addr ours, std::uint32_t time_of_day) const;
};

// Record-route, timestamp and security options of `packet` are carried on, with one more slot taken; others are not,
// and source routes are never accepted in the first place. Options that do not end within the first `until` bytes of
// the header were not read: a fault before them stopped the host. False: they cannot be echoed, nothing may be sent.
bool echo_ip_options(const Stack& host, const Packet& packet, EchoedOptions& out, unsigned until = 60);

}  // namespace lvs::host
