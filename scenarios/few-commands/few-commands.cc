// SPDX-License-Identifier: GPL-2.0-or-later
// The commands that the sweeps give to their machines. What links this file in place of all of them is built in half
// the time: it is the first thing that a newcomer waits for.
#include <array>

#include "control/machine/registry.h"
#include "control/machine/usual/parsers.h"

namespace lvs::control {
namespace {

// Without summaries: nobody lists them.
constexpr auto kFew = std::to_array<CommandEntry>({
    {"ip", parse_ip, {}},
    {"ipvsadm", parse_ipvsadm, {}},
    {"sysctl", parse_sysctl, {}},
});

}  // namespace

const LinkedCommands& linked_commands() {
  static constexpr LinkedCommands kLinked = {.commands = kFew};
  return kLinked;
}

}  // namespace lvs::control
