// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/fidelity/referee-options.h"

#include <string>

namespace lvs::scenarios {

namespace po = boost::program_options;

void add_referee_options(po::options_description& options) {
  options.add_options()("referee", po::value<std::string>())("kernel-image", po::value<std::string>());
}

referee::KernelChoice referee_choice(const po::variables_map& given) {
  referee::KernelChoice choice;
  if (given.count("kernel-image") != 0) choice.image = given["kernel-image"].as<std::string>();
  if (given.count("referee") == 0) return choice;
  const auto kind = referee::parse_referee(given["referee"].as<std::string>());
  if (!kind) throw po::error(kind.error());
  choice.kind = *kind;
  return choice;
}

}  // namespace lvs::scenarios
