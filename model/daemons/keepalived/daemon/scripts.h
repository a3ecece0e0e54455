// SPDX-License-Identifier: GPL-2.0-or-later
// Runs the scripts of a configuration as children of a process: commands of the machine, or files of sh text.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/machine/machine.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

class Scripts {
 public:
  Scripts(control::Machine& machine, control::Pid parent) : machine_(machine), parent_(parent) {}
  // Those that still run are ended.
  ~Scripts();
  Scripts(const Scripts&) = delete;
  Scripts& operator=(const Scripts&) = delete;

  // `done` is told the exit status (sh's $?), from a timer or from within the call. The number names the run.
  using Done = std::function<void(int status)>;
  std::uint64_t run(const ConfScript& script, const std::vector<std::string>& more, Done done = {});
  // SIGTERM or SIGKILL to all of a run; `done` is not called any more.
  void kill(std::uint64_t run);

 private:
  struct Run {
    std::uint64_t number;
    const control::LineRun* line;
    Done done;
    bool ended = false;
  };
  void clean();

  control::Machine& machine_;
  control::Pid parent_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::uint64_t last_ = 0;
};

}  // namespace lvs::keepalived
