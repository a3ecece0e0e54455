// SPDX-License-Identifier: GPL-2.0-or-later
// Commands that somebody outside gives to machines while they run; who they are and how they are reached is not known
// here.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "control/machine/machine.h"

namespace lvs::control {

// Takes what the commands of a client print, and their status.
class RemoteOutput {
 public:
  virtual ~RemoteOutput() = default;
  virtual void output(std::uint64_t client, bool error, std::string_view text) = 0;
  virtual void finish(std::uint64_t client, int status) = 0;
};

class RemoteCommands {
 public:
  explicit RemoteCommands(RemoteOutput& output) : output_(output) {}
  ~RemoteCommands() { end_all(); }
  RemoteCommands(const RemoteCommands&) = delete;
  RemoteCommands& operator=(const RemoteCommands&) = delete;

  // Starts a line of sh text; one a client. What is not modelled ends with status 2 and a message, as in a lab.
  void start(std::uint64_t client, Machine& machine, const std::string& line);
  // A machine of that name does not exist; the message names those that do.
  void refuse(std::uint64_t client, const std::string& host, std::string_view known);
  // The client has gone: its command ends (^C).
  void cancel(std::uint64_t client);
  // Passes on what has been printed since the last time, and ends what has finished.
  void poll();
  bool any() const { return !running_.empty(); }
  // Before the machines go.
  void end_all();

 private:
  struct Running {
    Machine* machine;
    const LineRun* run;
    std::size_t out = 0, err = 0;  // bytes passed on
    bool told = false;             // the status, too; a background job goes on
  };

  void pass_on(std::uint64_t client, Running& running);

  RemoteOutput& output_;
  std::map<std::uint64_t, Running> running_;
};

}  // namespace lvs::control
