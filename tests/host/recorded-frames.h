// SPDX-License-Identifier: GPL-2.0-or-later
// Rows recorded from a kernel: words, one row a line; lines that begin with # are comments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/frame-builder.h"

namespace lvs::test {

// Rows whose first word is `kind`, without it.
std::vector<std::vector<std::string>> recorded_rows(const std::string& path, std::string_view kind);
Frame frame_of_hex(std::string_view hex);

}  // namespace lvs::test
