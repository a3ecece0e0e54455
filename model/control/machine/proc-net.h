// SPDX-License-Identifier: GPL-2.0-or-later
// The files of /proc/net that are modelled: arp, ip_vs and its sisters, nf_conntrack.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lvs::control {

class Machine;

std::optional<std::string> unmodelled_proc_net(std::string_view name);
// Nothing if there is no such file.
std::optional<std::string> read_proc_net(Machine& machine, std::string_view name);

}  // namespace lvs::control
