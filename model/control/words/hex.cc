// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/words/hex.h"

#include <algorithm>

#include "base/numbers.h"

namespace lvs::control {

std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text) {
  constexpr std::string_view kBlank = " \t\v\f\r";
  std::vector<std::uint8_t> bytes;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    if (text.empty()) return bytes;
    if (text.size() < 2) return std::nullopt;
    const auto byte = base::number<std::uint8_t>(text.substr(0, 2), 16);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
    text.remove_prefix(2);
  }
}

std::string hex_text(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) (text += kDigits[byte >> 4]) += kDigits[byte & 15];
  return text;
}

}  // namespace lvs::control
