// SPDX-License-Identifier: GPL-2.0-or-later
// What handling a packet costs a director's CPU, with where the figure comes from.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "control/lab/lab.h"
#include "host/link/cpu.h"

namespace lvs::control {

struct CpuPreset {
  std::string_view name;
  std::chrono::nanoseconds rewrite;      // NAT, each direction
  std::chrono::nanoseconds droute;       // DR
  std::chrono::nanoseconds encapsulate;  // TUN
  std::chrono::nanoseconds route;        // forwarded unchanged
  std::string_view source;
};

// The CPU of a host with this preset; delivery to the host itself is charged as forwarding.
host::CpuModel cpu_model(const CpuPreset& preset);

// The CPU that lab.conf gives a host; its preset exists.
void set_cpu(host::CpuModel& model, const LabHost& host);

std::span<const CpuPreset> cpu_presets();
const CpuPreset* find_cpu_preset(std::string_view name);

}  // namespace lvs::control
