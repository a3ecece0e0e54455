// SPDX-License-Identifier: GPL-2.0-or-later
// Options of lvs-lab run that have to do with real machines.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>

#include "control/lab/lab.h"
#include "ns3/lvs-lab-realtime.h"

namespace lvs::scenarios {

// --realtime, --tap, --real, --control.
void add_realtime_options(boost::program_options::options_description& options);

// Nothing if the run is none in real time. Throws std::invalid_argument with a line for each thing that is wrong.
std::optional<ns3::LvsRealtimeOptions> realtime_options(const boost::program_options::variables_map& given,
                                                        const control::Lab& lab);

}  // namespace lvs::scenarios
