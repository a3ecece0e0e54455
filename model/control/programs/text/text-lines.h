// SPDX-License-Identifier: GPL-2.0-or-later
// A text as its lines.
#pragma once

#include <string_view>
#include <vector>

namespace lvs::control {

// Without their ends; the last one may have none. They look into `text`.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace lvs::control
