// SPDX-License-Identifier: GPL-2.0-or-later
// Files that somebody else wrote: read whole, in bounds, and without waiting for anybody.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lvs::base {

inline constexpr std::size_t kGreatestInput = 64 << 20;

// An ordinary file of at most `most` bytes, or why not, without its name: "is a FIFO", "is larger than 64 MiB", "No
// such file or directory". Links are followed.
Result<std::string, std::string> read_input(const std::string& path, std::size_t most = kGreatestInput);

// What no text has: a byte order mark, UTF-16, a zero byte.
struct TextFault {
  int line;  // from 1
  std::string reason;
};
std::optional<TextFault> text_fault(std::string_view text);

}  // namespace lvs::base
