// SPDX-License-Identifier: GPL-2.0-or-later
// One host of a lab inside the kernel: a process that is init of namespaces of its own (network, mount, PID, host name,
// IPC), runs the host's lines and captures its interfaces. The lab's process talks to it through a socket.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "control/lab/lab.h"
#include "os/fd.h"
#include "referee/exchange.h"
#include "referee/guest/limits.h"

namespace lvs::referee {

struct GuestHostSetting {
  const Plan* plan;
  const LabLimits* limits;
  std::size_t lab;
  std::string files;   // the lab's folder
  std::string output;  // a folder for what lines print
  const control::LabHost* host;
  bool system_log;  // somebody listens at /dev/log
};

// The lab's end.
class GuestHost {
 public:
  // Makes the process and its namespaces; returns once they are ready for their interfaces.
  explicit GuestHost(const GuestHostSetting& setting, std::vector<GuestHost>& others);
  GuestHost(GuestHost&&) = default;
  GuestHost& operator=(GuestHost&&) = default;

  pid_t pid() const { return pid_; }  // as this process sees it

  // The interfaces have been made: starts capturing them and brings them up. Throws std::runtime_error.
  void bring_up();
  // Waits until every interface has its carrier. Throws std::runtime_error.
  void wait_until_up();
  // Starts a line; its output goes to files with this number.
  void start(std::size_t number, const std::string& line);
  // The line's status, or nothing if it still runs at `deadline` (CLOCK_REALTIME).
  std::optional<int> finished(base::Time deadline);
  // The reason if the kernel refuses the frame.
  std::optional<std::string> inject(const std::string& interface, const std::vector<std::uint8_t>& frame);
  // Writes the captures as they are now. The two halves, so that all hosts of a lab stop at once. Throws
  // std::runtime_error.
  void end_captures();
  void wait_for_captures();
  // Ends every process of the host.
  void shut_down();

 private:
  std::string ask(char what, std::string_view text = {});
  void send(char what, std::string_view text);
  std::string receive();

  os::Fd control_;
  pid_t pid_ = -1;
};

base::Time wall_clock();

}  // namespace lvs::referee
