// SPDX-License-Identifier: GPL-2.0-or-later
// --hz: the ticks of the kernel that the model behaves as.
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>

#include "base/kernel-ticks.h"

namespace lvs::scenarios {

// 100, 250 or 1000; else, and for another engine than the model, std::invalid_argument with a text for people. Not
// given: timers are exact.
std::optional<base::KernelTicks> parse_ticks(const boost::program_options::variables_map& given,
                                             const std::string& engine);

}  // namespace lvs::scenarios
