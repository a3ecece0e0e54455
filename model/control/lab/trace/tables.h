// SPDX-License-Identifier: GPL-2.0-or-later
// The tables of a machine as the commands of Linux print them, for a trace.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/shell.h"

namespace lvs::control {

class Machine;

class TraceTables {
 public:
  explicit TraceTables(Machine& machine) : machine_(machine) {}

  // Puts those that read otherwise than the last time into the host's journal, kind "table": the command, a line end,
  // and what it prints. Gives the number of bytes looked at.
  std::size_t write();

 private:
  struct Table {
    std::string name;   // "ipvsadm -Ln"; "sysctl" for what matters of them
    ShellLinePtr line;  // nullptr: not modelled
    std::string last;
  };
  void prepare();
  std::string sysctl_command() const;

  Machine& machine_;
  std::vector<Table> tables_;
  std::size_t devices_ = 0;  // that `sysctl` asks for
};

}  // namespace lvs::control
