// SPDX-License-Identifier: GPL-2.0-or-later
// Names of ports as /etc/services has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lvs::control {

// `protocol`: "tcp", "udp" or "sctp".
std::optional<std::string_view> service_name(std::uint16_t port, std::string_view protocol);
std::optional<std::uint16_t> service_port(std::string_view name, std::string_view protocol);

}  // namespace lvs::control
