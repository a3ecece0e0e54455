// SPDX-License-Identifier: GPL-2.0-or-later
// What packets, connections, calls and bytes cost a CPU: presets, and where their figures come from.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string_view>

#include "host/link/cpu.h"

namespace lvs::scenarios {

// One cost that an option can set.
struct CostField {
  std::string_view option;  // "packet-cost"
  std::string_view what;
  std::chrono::nanoseconds& (*of)(host::CpuModel& model);
};
std::span<const CostField> cost_fields();

struct CostPreset {
  std::string_view name;
  host::CpuModel (*model)();
  std::chrono::milliseconds warm_up, duration;  // long enough for a mean
  std::string_view source;
};
std::span<const CostPreset> cost_presets();
const CostPreset* find_cost_preset(std::string_view name);

// "receive 1 us, send 1 us, ..."
void print_costs(std::ostream& out, const host::CpuModel& model);

}  // namespace lvs::scenarios
