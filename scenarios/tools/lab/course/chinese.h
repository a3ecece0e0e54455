// SPDX-License-Identifier: GPL-2.0-or-later
// What a check of an exercise asks for, in Chinese.
#pragma once

#include <string>

#include "control/lab/grade/exercise.h"

namespace lvs::scenarios {

std::string in_chinese(const control::Check& check, const control::Lab& lab);

}  // namespace lvs::scenarios
