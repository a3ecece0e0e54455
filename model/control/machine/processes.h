// SPDX-License-Identifier: GPL-2.0-or-later
// The process table of a machine (its PID namespace), and the delivery of signals.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "control/machine/alarm.h"
#include "control/machine/process.h"

namespace lvs::control {

class Processes {
 public:
  explicit Processes(host::Host& host) : alarm_(host, [this] { deliver(); }), host_(host) {}
  // Ends all of it silently.
  void clear();

  // The table owns it from here on, and destroys it soon after it has ended.
  void adopt(std::unique_ptr<Process> process) { owned_.push_back(std::move(process)); }

  // Delivered soon, in the order sent. False: there is no such process (ESRCH). Init ignores all.
  bool send(Pid pid, int signal);
  // The same, delivered at once: the caller waits for it. Not from within a call on that process.
  void end_now(Pid pid, int signal) { deliver({pid, signal}); }
  // Every process ends by SIGKILL, now: the power is gone.
  void end_all();
  // Everything that has been sent has been delivered.
  bool delivered() const { return events_.empty(); }

  Process* find(Pid pid) const;
  // By number.
  std::vector<Process*> all() const;

 private:
  friend class Process;

  struct Event {
    Pid to;
    int signal;  // kSigChld: `child` has ended
    Pid child = 0;
    ExitStatus status{};
    bool of_parent = false;  // its parent has ended: what it does about that comes before what was sent later
  };

  Pid enter(Process& process);
  void leave(Process& process);
  void end(Process& process, ExitStatus status);
  void queue(const Event& event);
  void deliver();
  void deliver(const Event& event);

  Pid last_ = 300;  // where those of a machine begin that has been running a while
  std::map<Pid, Process*> table_;
  std::vector<std::unique_ptr<Process>> owned_;
  std::deque<Event> events_;
  Alarm alarm_;
  host::Host& host_;
};

}  // namespace lvs::control
