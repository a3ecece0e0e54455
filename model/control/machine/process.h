// SPDX-License-Identifier: GPL-2.0-or-later
// A process of a machine: an entry of its process table that signals reach. Commands of a shell have one each; a daemon
// derives from it, opens sockets and timers in the machine's host, and belongs to the table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "control/machine/signals.h"

namespace lvs::control {

class Machine;

using Pid = std::uint32_t;
inline constexpr Pid kInit = 1;  // parent of all whose parent has ended

class Process {
 public:
  // Is in the table from here on. `arguments`: the program's name first, as typed.
  Process(Machine& machine, Pid parent, std::vector<std::string> arguments);
  // Taken out of the table without a word to the parent, unless it has ended before.
  virtual ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  Pid pid() const { return pid_; }
  Pid parent() const { return parent_; }
  const std::string& name() const { return name_; }  // without folders, at most 15 characters (comm)
  const std::vector<std::string>& arguments() const { return arguments_; }
  base::Time started() const { return started_; }
  bool alive() const { return alive_; }

  void rename(std::string_view name);  // prctl(PR_SET_NAME)
  void set_arguments(std::vector<std::string> arguments);
  // It gets this signal when its parent ends (prctl(PR_SET_PDEATHSIG)); 0: none.
  void set_death_signal(int signal) { death_signal_ = signal; }
  // The parent goes on without it, as after a second fork.
  void detach() { parent_ = kInit; }

 protected:
  // All of these are called from the host's timers, never from within another call on this process.

  // A signal has come. False: no handler, its default action follows. Never asked about SIGKILL.
  virtual bool take_signal(int signal) { return static_cast<void>(signal), false; }
  // Is it told of children that end? Shells are not: they look by themselves.
  virtual bool hears_of_children() const { return true; }
  // A child has ended (SIGCHLD and wait(2)).
  virtual void child_ended(Pid child, ExitStatus status) { static_cast<void>(child), static_cast<void>(status); }
  // It has ended, by itself or by a signal: sockets and files are given back here.
  virtual void ended(ExitStatus status) { static_cast<void>(status); }

  // Ends it: children go to init, the parent is told. Of one that the table owns, the object lives until the next
  // event.
  void exit(int code);

  Machine& machine() const { return machine_; }

 private:
  friend class Processes;

  Machine& machine_;
  Pid pid_, parent_;
  std::string name_;
  std::vector<std::string> arguments_;
  base::Time started_;
  int death_signal_ = 0;
  bool alive_ = true;
};

}  // namespace lvs::control
