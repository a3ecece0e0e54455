// SPDX-License-Identifier: GPL-2.0-or-later
// net.ipv4.vs.*: names, defaults and what may be written (kernel: vs_vars[] in ip_vs_ctl.c).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipvs/table/error.h"

namespace lvs::ipvs {

// X(name, default, rule), in the kernel's order. Rules: any; mode: 0..3; unit: 0..1; power: a power of two; three:
// 0..3; positive: not negative.
#define LVS_VS_SETTINGS(X)             \
  X(amemthresh, 1024, any)             \
  X(am_droprate, 10, any)              \
  X(drop_entry, 0, mode)               \
  X(drop_packet, 0, mode)              \
  X(conntrack, 0, any)                 \
  X(secure_tcp, 0, mode)               \
  X(snat_reroute, 1, any)              \
  X(sync_version, 1, unit)             \
  X(sync_ports, 1, power)              \
  X(sync_persist_mode, 0, any)         \
  X(sync_qlen_max, 7680, positive)     \
  X(sync_sock_size, 0, any)            \
  X(cache_bypass, 0, any)              \
  X(expire_nodest_conn, 0, any)        \
  X(sloppy_tcp, 0, any)                \
  X(sloppy_sctp, 0, any)               \
  X(expire_quiescent_template, 0, any) \
  X(sync_refresh_period, 0, any)       \
  X(sync_retries, 0, three)            \
  X(nat_icmp_send, 0, any)             \
  X(pmtu_disc, 1, any)                 \
  X(backup_only, 0, any)               \
  X(conn_reuse_mode, 1, any)           \
  X(schedule_icmp, 0, any)             \
  X(ignore_tunneled, 0, any)           \
  X(run_estimation, 1, any)            \
  X(lblc_expiration, 86400, any)       \
  X(lblcr_expiration, 86400, any)

// Plain values, read on the packet path.
struct Settings {
#define LVS_VS_MEMBER(name, value, rule) int name = value;
  LVS_VS_SETTINGS(LVS_VS_MEMBER)
#undef LVS_VS_MEMBER
  std::array<int, 2> sync_threshold{3, 50};

  // Text as cat shows it, without the newline; nothing for an unknown name ("sync_threshold" has two numbers).
  std::optional<std::string> read(std::string_view name) const;
  // Error::invalid (EINVAL) for what is no number or not allowed, no_such_name for an unknown name. Go through
  // IpVs::write_sysctl(): some values act at once.
  Error write(std::string_view name, std::string_view text);
  static std::vector<std::string_view> names();
};

}  // namespace lvs::ipvs
