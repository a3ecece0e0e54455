// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes as pairs of hexadecimal digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control {

// Blanks may stand between pairs; nothing on any other text.
std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text);
std::string hex_text(const std::vector<std::uint8_t>& bytes);

}  // namespace lvs::control
