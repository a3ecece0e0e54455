// SPDX-License-Identifier: GPL-2.0-or-later
// Values as libxtables reads them: numbers, ports, marks, addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lvs::control {

bool same_ignoring_case(std::string_view a, std::string_view b);
// Decimal, octal or hexadecimal, within these bounds (xtables_strtoui()).
std::optional<std::uint32_t> parse_number(const std::string& text, std::uint32_t least, std::uint32_t most);
// A number or a name of /etc/services.
std::optional<std::uint16_t> parse_port(const std::string& text, std::string_view protocol);
// "VALUE" or "VALUE/MASK".
std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_mark(const std::string& text);
// "ADDRESS", "ADDRESS/LENGTH", "ADDRESS/MASK"; the complaint, or nothing. Host bits are cleared.
std::optional<std::string> parse_host_mask(const std::string& text, std::uint32_t& addr, std::uint32_t& mask);

}  // namespace lvs::control
