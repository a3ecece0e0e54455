// SPDX-License-Identifier: GPL-2.0-or-later
// What Linux draws at random for neighbours, and tells: how long a confirmed one counts as reachable.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace lvs::referee {

// For each interface of the current network namespace, by name. Empty where the kernel does not tell.
std::vector<std::pair<std::string, base::Time>> reachable_times();

}  // namespace lvs::referee
