// SPDX-License-Identifier: GPL-2.0-or-later
// --class: several kinds of requests beside each other.
#pragma once

#include <boost/program_options.hpp>

#include "sweep/options.h"

namespace lvs::scenarios {

// After what holds for all requests. The means of sizes and service times become those of all classes together.
void parse_classes(const boost::program_options::variables_map& given, SweepOptions& options);

}  // namespace lvs::scenarios
