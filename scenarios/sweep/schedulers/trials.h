// SPDX-License-Identifier: GPL-2.0-or-later
// Loads and clusters that tell schedulers apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/point.h"

namespace lvs::scenarios {

struct TrialOptions {
  unsigned servers = 4;
  double load = 0.8;           // of the servers
  double service_time = 0.05;  // seconds
  double duration = 60;        // seconds, measured; a quarter before it is not
  Method method = Method::dr;
  std::uint32_t seed = 1, run = 1;
};

struct Trial {
  std::string_view name;
  std::string_view what;  // one line
  void (*shape)(PointSpec& spec, const TrialOptions& options);
};
const std::vector<Trial>& trials();
const Trial* find_trial(std::string_view name);

PointSpec spec_of(const Trial& trial, const TrialOptions& options, const std::string& scheduler);

}  // namespace lvs::scenarios
