// SPDX-License-Identifier: GPL-2.0-or-later
// Defences against floods: drop_entry, drop_packet, secure_tcp (kernel: update_defense_level(),
// ip_vs_random_dropentry()). Memory is never short here, so the automatic modes (1, 2) rest in mode 1, and mode 3 is
// always at work.
#include "ipvs/proto/protocol.h"
#include "ipvs/steps.h"

namespace lvs::ipvs {
namespace {

constexpr base::Time kPeriod = std::chrono::seconds(1);
constexpr std::size_t kScanShare = 32;  // one slot in so many, a second

// Kernel: todrop_entry(): entries with few packets that have been quiet for a minute, one in as many as it has packets.
bool lottery(Core& core, const Conn& conn) {
  const base::Time set_at = conn.deadline() - std::chrono::seconds(conn.timeout);
  if (core.host.now() - set_at < std::chrono::seconds(60)) return false;
  if (conn.in_packets > Defense::kMostPackets || conn.in_packets == 0) return false;
  int& counter = core.defense.entry_lottery[conn.in_packets];
  if (--counter > 0) return false;
  counter = static_cast<int>(conn.in_packets);
  return true;
}

bool droppable(Core& core, const Conn& conn) {
  if (conn.controlled != 0) return false;
  if (conn.has(conn_flag::template_)) {
    const bool one_packet = conn.dest != nullptr && conn.dest->service != nullptr && conn.dest->service->one_packet();
    return one_packet ? lottery(core, conn) : !conn.has(conn_flag::assured);
  }
  const Protocol* const protocol = protocol_of(static_cast<IpProto>(conn.protocol));
  const Droppable how = protocol == nullptr ? Droppable::by_lottery : protocol->droppable(conn.state);
  return how == Droppable::always || (how == Droppable::by_lottery && lottery(core, conn));
}

}  // namespace

void update_defense_level(Core& core) {
  Settings& settings = core.settings;
  const auto settle = [](int& mode) {
    if (mode == 2) mode = 1;
    return mode == 3;
  };
  core.defense.dropping_entries = settle(settings.drop_entry);
  core.defense.drop_rate = settle(settings.drop_packet) ? settings.am_droprate : 0;
  core.protocols.secure_tcp = settle(settings.secure_tcp);
}

bool to_drop(Core& core) {
  if (core.defense.drop_rate == 0) return false;
  if (--core.defense.drop_counter > 0) return false;
  core.defense.drop_counter = core.defense.drop_rate;
  return true;
}

void on_defense_timer(base::Timer& timer) {
  Core& core = *static_cast<CoreTimer&>(timer).core;
  update_defense_level(core);
  if (core.defense.dropping_entries && core.conns.slots() != 0) {
    for (std::size_t i = 0; i < core.conns.slots() / kScanShare; ++i) {
      Conn* conn = core.conns.in_slot(core.host.rng.below(static_cast<std::uint32_t>(core.conns.slots())));
      if (conn != nullptr && droppable(core, *conn)) delete_conn(core, *conn);
    }
  }
  if (core.defense.dropping_entries || core.defense.drop_rate != 0 || core.protocols.secure_tcp) {
    core.host.arm(timer, core.host.now() + kPeriod);
  }
}

}  // namespace lvs::ipvs
