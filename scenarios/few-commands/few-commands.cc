// SPDX-License-Identifier: GPL-2.0-or-later
// The commands that the sweeps give to their machines. What links this file in place of all of them is built in half
// the time: it is the first thing that a newcomer waits for.
#include <array>

#include "control/machine/registry.h"

namespace lvs::control {
namespace {

constexpr auto kFew = std::to_array<CommandEntry>({
    {"ip", parse_ip, "addr, link, route, neigh, rule, tunnel"},
    {"ipvsadm", parse_ipvsadm, "all of it for IPv4"},
    {"sysctl", parse_sysctl, "-w -n -q -e -N -b -p FILE, keys of net.ipv4"},
});

}  // namespace

const LinkedCommands& linked_commands() {
  static constexpr LinkedCommands kLinked = {.commands = kFew};
  return kLinked;
}

}  // namespace lvs::control
