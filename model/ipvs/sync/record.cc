// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/sync/record.h"

#include <fmt/format.h>

namespace lvs::ipvs {
namespace {

namespace sync_flag = wire::ipvs_sync_flag;

constexpr std::int64_t kUsualTicks = 100;  // a second

// The bits that this table and the messages have at different places.
constexpr struct {
  std::uint16_t ours;
  std::uint32_t theirs;
} kFlags[] = {
    {conn_flag::synced, sync_flag::synced},
    {conn_flag::no_output, sync_flag::no_output},
    {conn_flag::inactive, sync_flag::inactive},
    {conn_flag::out_seq, sync_flag::out_seq},
    {conn_flag::in_seq, sync_flag::in_seq},
    {conn_flag::no_client_port, sync_flag::no_client_port},
    {conn_flag::template_, sync_flag::template_},
    {conn_flag::one_packet, sync_flag::one_packet},
    {conn_flag::keep_conntrack, sync_flag::keep_conntrack},
};

}  // namespace

std::int64_t Jiffies::a_second(const Core& core) {
  const auto& ticks = core.host.ticks();
  return ticks ? ticks->hz() : kUsualTicks;
}

std::int64_t Jiffies::now(const Core& core) {
  const auto& ticks = core.host.ticks();
  return ticks ? ticks->count(core.host.now()) : core.host.now() / (base::Time(std::chrono::seconds(1)) / kUsualTicks);
}

wire::IpvsSyncConn sync_conn_of(const Core& core, const Conn& conn) {
  wire::IpvsSyncConn sync{.protocol = conn.protocol,
                          .flags = static_cast<std::uint32_t>(conn.flags & conn_flag::method_mask),
                          .state = conn.state,
                          .cport = conn.cport,
                          .vport = conn.vport,
                          .dport = conn.dport,
                          .mark = conn.mark,
                          .timeout = conn.timeout,
                          .caddr = conn.caddr,
                          .vaddr = conn.vaddr,
                          .daddr = conn.daddr,
                          .has_seq = conn.has(conn_flag::in_seq | conn_flag::out_seq),
                          .in_seq = {},
                          .out_seq = {},
                          .pe_name = {},
                          .pe_data = {}};
  for (const auto& [ours, theirs] : kFlags) {
    if (conn.has(ours)) sync.flags |= theirs;
  }
  // Kernel: IP_VS_CTPL_S_ASSURED.
  if (conn.has(conn_flag::template_)) sync.state = conn.has(conn_flag::assured) ? 1 : 0;
  if (conn.has(conn_flag::has_extra)) {
    const ConnExtra& extra = core.extras.at(&conn);
    sync.in_seq = extra.in_seq;
    sync.out_seq = extra.out_seq;
    sync.pe_name = extra.pe_name;
    sync.pe_data = extra.pe_data;
  }
  return sync;
}

std::uint16_t conn_flags_of(std::uint32_t sync_flags) {
  auto flags = static_cast<std::uint16_t>(sync_flags & sync_flag::method_mask);
  for (const auto& [ours, theirs] : kFlags) {
    if ((sync_flags & theirs) != 0) flags = static_cast<std::uint16_t>(flags | ours);
  }
  return static_cast<std::uint16_t>((flags | conn_flag::synced) & ~(conn_flag::keep_conntrack | conn_flag::one_packet));
}

std::string sync_text(const Conn& conn) {
  return fmt::format("{} {}:{} -> {}:{} to {}:{} {}", protocol_name(conn.protocol), conn.caddr.text(), conn.cport,
                     conn.vaddr.text(), conn.vport, conn.daddr.text(), conn.dport, state_name(conn));
}

}  // namespace lvs::ipvs
