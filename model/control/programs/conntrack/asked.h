// SPDX-License-Identifier: GPL-2.0-or-later
// What a line of conntrack asks for.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/machine/command.h"
#include "host/netfilter/conntrack.h"

namespace lvs::control {

// Which connections are meant.
struct Asked {
  std::optional<std::uint8_t> protocol;
  // orig-src, orig-dst, reply-src, reply-dst: addresses and ports.
  std::array<std::optional<base::Ipv4Addr>, 4> addresses;
  std::array<std::optional<std::uint16_t>, 4> ports;
  std::optional<std::uint32_t> mark, mark_mask;
  std::optional<std::string> state;
  std::uint32_t status_set = 0;
  bool unreplied = false;
  bool src_nat = false, dst_nat = false, any_nat = false;
};

struct ConntrackLine {
  char command = 0;  // L, C, D, F, S, E; e: expectations
  bool extended = false, timestamp = false;
  bool news = true, updates = true, ends = true;  // -e
  Asked asked;
};

bool fits(const host::ConntrackEntry& entry, const Asked& asked);

// Under this key a machine keeps whose process changes connections at the moment (kept.h); nobody: packets do.
inline constexpr std::string_view kConntrackBy = "conntrack/by";

// conntrack -E: goes on until a signal comes.
CommandPtr watch_conntrack(const ConntrackLine& line);

}  // namespace lvs::control
