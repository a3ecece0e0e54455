// SPDX-License-Identifier: GPL-2.0-or-later
// The files in the run folder through which the program outside and its agent inside the kernel talk. Inside, all of
// the machine's files can be read only, and results/ alone is a mount that can be written, which no host of a lab has.
//
//   init, modprobe, modules/       made outside: how the kernel starts
//   agent, lib/, etc/              made outside: the program inside, its own shared objects, and /etc of the hosts
//   plan                           made outside: Plan
//   lab-I/conf/, lab-I/files/      made outside: lab I as written, and the other files of its folder
//   results/I.results              made inside: Results
//   results/I.out.N, I.err.N       made inside: output of the N-th command run
//   results/I.HOST-IFACE.pcapng    made inside: what the interface sent and received
//   results/I.HOST.draws           made inside, in virtual time: what the kernel drew for neighbours, "AT IFACE TIME"
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace lvs::referee {

struct Plan {
  std::size_t labs = 0;
  std::size_t at_once = 1;          // labs that run side by side
  std::optional<base::Time> until;  // no lab runs longer, from its timeline's zero
  base::Time patience{};            // how long a command may take where no end is given
  bool virtual_time = false;        // idle time is skipped: waiting costs nothing, and polling much
  bool kernel_log = false;          // hosts may read and clear the kernel's log (dmesg)

  std::string text() const;
  static Plan parse(const std::string& text);  // throws std::runtime_error
};

struct Results {
  struct Command {
    base::Time at{};  // CLOCK_REALTIME
    int status = 0;
  };
  std::vector<Command> commands;    // in the order run
  base::Time zero{};                // CLOCK_REALTIME of the timeline's zero
  base::Time end{};                 // CLOCK_REALTIME
  base::Time start{};               // CLOCK_REALTIME of the first startup line
  std::optional<base::Time> ticks;  // how long the kernel had counted ticks at the start; in virtual time
  std::vector<std::string> notices;
  std::string error;  // why the run is worthless, empty if it is not

  std::string text() const;
  static Results parse(const std::string& text);  // throws std::runtime_error
};

std::string lab_folder(const std::string& run_folder, std::size_t lab);
// Names in results/.
std::string result_name(std::size_t lab, const std::string& what);
std::string capture_name(std::size_t lab, const std::string& host, const std::string& interface);

// Inside: a file system in memory, for the agent alone.
inline constexpr char kWorkFolder[] = "/run/lvs";
inline constexpr char kResultsFolder[] = "/run/lvs/results";

// Lines of the agent on the console begin with this; everything else there is the kernel's own.
inline constexpr char kAgentMark[] = "@lvs ";
// The hidden first argument of the program when it is the agent; the run directory follows.
inline constexpr char kGuestCommand[] = "__lvs-guest";

}  // namespace lvs::referee
