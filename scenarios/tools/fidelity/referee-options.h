// SPDX-License-Identifier: GPL-2.0-or-later
// --referee and --kernel-image, as every program has them that asks a real kernel.
#pragma once

#include <boost/program_options.hpp>

#include "referee/kernel/image.h"

namespace lvs::scenarios {

void add_referee_options(boost::program_options::options_description& options);

// Throws boost::program_options::error for a word that is no referee.
referee::KernelChoice referee_choice(const boost::program_options::variables_map& given);

}  // namespace lvs::scenarios
