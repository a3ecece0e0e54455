// SPDX-License-Identifier: GPL-2.0-or-later
// lsmod (kmod 30): /proc/modules as a table.
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/machine/proc/modules.h"
#include "control/machine/usual/parsers.h"

namespace lvs::control {

CommandResultOrError parse_lsmod(const std::vector<Word>& words) {
  if (words.size() > 1) return refusal(1, "Usage: lsmod\n");
  return instant([](Machine& machine, Io& io) {
    std::string text = "Module                  Size  Used by\n";
    for (const ModuleInUse& each : modules_in_use(machine)) {
      std::string holders;
      for (const std::string& name : each.holders) holders += (holders.empty() ? " " : ",") + name;
      text += fmt::format("{:<19} {:8}  {}{}\n", each.name, each.size, each.users, holders);
    }
    io.print(text);
    return 0;
  });
}

}  // namespace lvs::control
