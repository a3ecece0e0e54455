// SPDX-License-Identifier: GPL-2.0-or-later
// What lvs-emu runs, as a lab.
#pragma once

#include "base/result.h"
#include "control/lab/lab.h"
#include "tools/emu/options.h"

namespace lvs::scenarios {

// The lab by its folder or name; or a lab of one host, "director", whose interfaces each are on a segment of their own
// name and whose startup lines are those of the file. Errors: lines for people.
base::Result<control::Lab, std::vector<std::string>> load_emu_lab(const EmuOptions& options,
                                                                  std::vector<std::string>& notices);

}  // namespace lvs::scenarios
