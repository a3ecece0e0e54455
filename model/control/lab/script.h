// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of a lab, parsed once, before anything runs.
#pragma once

#include <vector>

#include "base/result.h"
#include "control/lab/lab.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {

struct LabScript {
  const Lab* lab = nullptr;                        // must outlive the script
  std::vector<std::vector<ShellLinePtr>> startup;  // by the lab's hosts
  std::vector<ShellLinePtr> timeline;              // by the lab's timeline; nullptr: not a command
};

// Or one message for each CPU preset that does not exist and each line that is no sh text or names what is not
// modelled, in the order of the lab.
base::Result<LabScript, std::vector<LabMessage>> parse_script(const Lab& lab);

}  // namespace lvs::control
