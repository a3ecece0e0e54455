// SPDX-License-Identifier: GPL-2.0-or-later
// A lab's hosts and cables on an engine, with TAPs where segments meet the machine.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "emu/engine.h"
#include "os/tap.h"

namespace lvs::emu {

// Hosts of the lab that are not modelled: real machines behind a TAP have their place.
using RealHosts = std::set<std::string, std::less<>>;

// What does not fit together, one line each: a TAP for a segment that does not exist, a real host on a segment without
// TAP, ...
std::vector<std::string> check_network(const control::Lab& lab, const std::vector<os::TapPlug>& taps,
                                       const RealHosts& real);

// Makes everything; check_network() had nothing to say. A segment of two ends is a cable, one of more has a switch.
// Cables are as fast as the machine unless the lab gives the segment a rate, a delay or losses other than the usual.
// Returns the station of each of the lab's hosts, nullptr for real ones. Throws what os::Tap throws.
std::vector<Station*> make_network(Engine& engine, const control::Lab& lab, const std::vector<os::TapPlug>& taps,
                                   const RealHosts& real);

}  // namespace lvs::emu
