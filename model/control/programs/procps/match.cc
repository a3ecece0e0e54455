// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/procps/match.h"

namespace lvs::control {

std::string command_line(const Process& process) {
  std::string line;
  for (const std::string& argument : process.arguments()) line.append(line.empty() ? "" : " ").append(argument);
  return line.empty() ? "[" + process.name() + "]" : line;
}

std::vector<Process*> processes_named(Machine& machine, std::string_view name, Pid except) {
  constexpr std::size_t kComm = 15;
  std::vector<Process*> result;
  for (Process* const each : machine.processes().all()) {
    if (each->pid() == except) continue;
    bool fits = each->name() == name;
    if (!fits && name.size() > kComm && !each->arguments().empty()) {
      const std::string& program = each->arguments().front();
      fits = std::string_view(program).substr(program.rfind('/') + 1) == name;
    }
    if (fits) result.push_back(each);
  }
  return result;
}

}  // namespace lvs::control
