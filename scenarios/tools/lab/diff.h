// SPDX-License-Identifier: GPL-2.0-or-later
// Labs on both engines, compared.
#pragma once

#include <optional>
#include <span>

#include "base/time.h"
#include "control/lab/lab.h"
#include "referee/kernel/image.h"

namespace lvs::scenarios {

// Prints what differs, and what was compared. Status 0: no difference; 1: some, or an engine failed, or not one frame
// was compared.
int diff_labs(std::span<const control::Lab> labs, std::optional<base::Time> until, bool all,
              const referee::KernelChoice& kernel);

}  // namespace lvs::scenarios
