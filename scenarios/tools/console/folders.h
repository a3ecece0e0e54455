// SPDX-License-Identifier: GPL-2.0-or-later
// Where labs are: folders given by path, and the shipped ones by name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lvs::scenarios {

// Folder of the shipped labs: $LVS_LABS, beside the sources, or PREFIX/share/lvs/labs. Nothing if there is none.
std::optional<std::filesystem::path> shipped_labs();
// A path to a lab's folder (or to its lab.conf), or the name of a shipped lab or exercise. Nothing if none exists.
std::optional<std::filesystem::path> find_lab(const std::string& name);
// Shipped labs, sorted by name.
std::vector<std::filesystem::path> list_labs();
// Shipped exercises, beside the labs.
std::vector<std::filesystem::path> list_exercises();

}  // namespace lvs::scenarios
