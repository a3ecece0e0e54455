// SPDX-License-Identifier: GPL-2.0-or-later
// New lab folders.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lvs::scenarios {

// Makes `folder` with the files of the lab `from`, or with a small LVS/DR cluster to begin with. Gives the reason when
// it cannot; then nothing is left behind.
std::string make_lab(const std::filesystem::path& folder, const std::optional<std::filesystem::path>& from);

}  // namespace lvs::scenarios
