// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of checks among those of a lab: a comment tells them.
#pragma once

#include <string>

namespace lvs::control {

inline std::string mark_of(std::size_t number) { return " # lab.check " + std::to_string(number); }

}  // namespace lvs::control
