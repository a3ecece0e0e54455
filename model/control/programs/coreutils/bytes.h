// SPDX-License-Identifier: GPL-2.0-or-later
// How many bytes a tool is asked for, and files that have as many as anybody wants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/rng.h"

namespace lvs::control {

// "3", "4K", "1kB", "2MiB"; nothing: no such number, or one that is too large.
std::optional<std::uint64_t> size_with_suffix(std::string_view text);

// /dev/zero, /dev/urandom, /dev/random: read by tools that say how much of it they want.
bool is_endless(std::string_view path);
std::string endless_bytes(std::string_view path, std::size_t size, base::Rng& random);

}  // namespace lvs::control
