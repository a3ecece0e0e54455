// SPDX-License-Identifier: GPL-2.0-or-later
// What the protocols have in common.
#include "ipvs/proto/protocol.h"

#include "wire/checksum.h"

namespace lvs::ipvs {
namespace {

// Kernel: the part of set_tcp_state() and set_sctp_state() that moves a connection between the destination's counters.
void move_counters(Conn& conn, bool active) {
  Destination* dest = conn.dest;
  if (dest == nullptr) return;
  if (!conn.has(conn_flag::inactive) && !active) {
    --dest->active_conns;
    ++dest->inactive_conns;
    conn.set(conn_flag::inactive);
  } else if (conn.has(conn_flag::inactive) && active) {
    --dest->inactive_conns;
    ++dest->active_conns;
    conn.clear(conn_flag::inactive);
  }
}

}  // namespace

void enter_state(Core& core, Conn& conn, const NextState& to, const Packet& packet) {
  if (to.state != conn.state) {
    move_counters(conn, to.active);
    if (to.established) assure_controller(conn);
    const std::uint8_t from = conn.state;
    conn.state = to.state;
    if (core.host.tracing()) journal_state(core, conn, from, packet);
  }
  conn.timeout = to.timeout;
}

std::uint16_t rewritten_checksum(std::uint16_t checksum, const Change& c) {
  // 0xffff more changes nothing but the spelling of zero: the kernel's sum is never 0, so its result never 0xffff.
  const wire::Sum sum = 0xffffu + static_cast<std::uint16_t>(~checksum) +
                        static_cast<std::uint16_t>(~(c.from.value >> 16)) + static_cast<std::uint16_t>(~c.from.value) +
                        (c.to.value >> 16) + (c.to.value & 0xffff) + static_cast<std::uint16_t>(~c.from_port) +
                        c.to_port;
  return wire::checksum_of(sum);
}

std::uint16_t rewritten_partial(std::uint16_t sum, const Change& c) {
  return static_cast<std::uint16_t>(~wire::checksum_update(static_cast<std::uint16_t>(~sum), c.from, c.to));
}

}  // namespace lvs::ipvs
