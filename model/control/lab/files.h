// SPDX-License-Identifier: GPL-2.0-or-later
// The files of a lab's folder as its machines have them.
#pragma once

#include <cstddef>
#include <vector>

#include "control/lab/lab.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {

class Machine;

// What lies on a machine before its first line runs: /lab (the whole folder, read-only), /shared (its folder shared),
// and HOST/... over the machine's root, as in Kathará.
void place_lab_files(const Lab& lab, std::size_t host, Machine& machine);

// Names of scripts that the lab brings or writes, for a line that calls one by its bare name.
ScriptNames script_names(const Lab& lab);

// Scripts of the folder that a line of the lab names: what of them is not modelled, with place.
std::vector<LabMessage> check_lab_scripts(const Lab& lab, const ScriptNames& scripts);

}  // namespace lvs::control
