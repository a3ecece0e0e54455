// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab inject: the frames of a lab's timeline in words, or in hexadecimal digits.
#pragma once

#include <filesystem>

#include "control/lab/inject.h"

namespace lvs::scenarios {

// Shows the timeline of `lab`, read from `folder`, with its frames in that form, or writes it there. The status.
int rewrite_injects(const control::Lab& lab, const std::filesystem::path& folder, control::InjectForm form, bool write);

}  // namespace lvs::scenarios
