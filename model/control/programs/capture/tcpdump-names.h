// SPDX-License-Identifier: GPL-2.0-or-later
// Names in place of numbers, as tcpdump prints them without -n: hosts of /etc/hosts and ports of /etc/services.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/addr.h"

namespace lvs::control {

// Nothing: nobody knows a name.
using NameOfHost = std::function<std::optional<std::string>(base::Ipv4Addr addr)>;

// `text`: the lines of one frame with numbers. `protocol`: that whose ports stand behind addresses, "tcp" or "udp".
std::string with_names(std::string_view text, const NameOfHost& name_of, std::string_view protocol);

}  // namespace lvs::control
