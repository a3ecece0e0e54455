// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/ticks.h"

#include <fmt/format.h>

#include <stdexcept>

namespace lvs::scenarios {

std::optional<base::KernelTicks> parse_ticks(const boost::program_options::variables_map& given,
                                             const std::string& engine) {
  if (given.count("hz") == 0) return std::nullopt;
  if (engine != "model") throw std::invalid_argument("--hz is for the model: a real kernel has its own ticks");
  const std::string hz = given["hz"].as<std::string>();
  for (const unsigned known : {100u, 250u, 1000u}) {
    if (hz == std::to_string(known)) return base::KernelTicks(known);
  }
  throw std::invalid_argument(fmt::format("--hz: '{}' is no number of ticks a second; known: 100, 250, 1000", hz));
}

}  // namespace lvs::scenarios
