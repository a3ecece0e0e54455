// SPDX-License-Identifier: GPL-2.0-or-later
// The process around a daemon: that of its command, where it stays in the foreground, or one of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "control/machine/command.h"
#include "control/machine/machine.h"

namespace lvs::daemons {

// What a daemon's own handler made of a signal.
enum class AfterSignal : std::uint8_t { default_action, go_on, end };

// Of a process of its own: `Daemon` is made with the machine, the process's number and what is given here, and has
// AfterSignal take_signal(int). It goes when the process ends.
template <class Daemon>
class DaemonProcess final : public control::Process {
 public:
  template <class... Arguments>
  DaemonProcess(control::Machine& machine, std::vector<std::string> command_line, Arguments&&... arguments)
      : Process(machine, control::kInit, std::move(command_line)),
        daemon_(std::make_unique<Daemon>(machine, pid(), std::forward<Arguments>(arguments)...)) {}

  Daemon& daemon() { return *daemon_; }

 private:
  bool take_signal(int signal) override {
    const AfterSignal then = daemon_->take_signal(signal);
    if (then == AfterSignal::end) exit(0);
    return then != AfterSignal::default_action;
  }
  void ended(control::ExitStatus) override { daemon_.reset(); }

  std::unique_ptr<Daemon> daemon_;
};

// Likewise, in the process of the command.
template <class Daemon>
class DaemonTask final : public control::Task {
 public:
  template <class... Arguments>
  DaemonTask(control::Machine& machine, const control::Io& io, control::Done done, Arguments&&... arguments)
      : done_(std::move(done)), daemon_(machine, io.pid, std::forward<Arguments>(arguments)...) {}

  Daemon& daemon() { return daemon_; }
  bool take_signal(int signal) override {
    const AfterSignal then = daemon_.take_signal(signal);
    if (then == AfterSignal::end) done_(0);
    return then != AfterSignal::default_action;
  }

 private:
  control::Done done_;
  Daemon daemon_;
};

}  // namespace lvs::daemons
