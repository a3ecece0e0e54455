// SPDX-License-Identifier: GPL-2.0-or-later
// What handling a packet costs a director's CPU, with where the figure comes from.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

namespace lvs::scenarios {

struct CpuPreset {
  std::string_view name;
  std::chrono::nanoseconds rewrite;      // NAT, each direction
  std::chrono::nanoseconds droute;       // DR
  std::chrono::nanoseconds encapsulate;  // TUN
  std::chrono::nanoseconds route;        // forwarded unchanged
  std::string_view source;
};

std::span<const CpuPreset> cpu_presets();
const CpuPreset* find_cpu_preset(std::string_view name);

}  // namespace lvs::scenarios
