// SPDX-License-Identifier: GPL-2.0-or-later
// ln, find, stat, diff, dd and truncate (parsers.h); diff-lines.cc.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace lvs::control {

// Lines [first, first + count) of each text that stand for each other: none of them is in both.
struct DiffHunk {
  std::size_t old_first = 0, old_count = 0, new_first = 0, new_count = 0;
};
std::vector<DiffHunk> diff_lines(const std::vector<std::string_view>& before,
                                 const std::vector<std::string_view>& after);

}  // namespace lvs::control
