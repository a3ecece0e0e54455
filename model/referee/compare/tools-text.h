// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of tools that show frames, connections and processes: what no two runs of Linux have alike. Internal to the
// comparison.
#pragma once

#include <string>
#include <string_view>

#include "referee/compare/normalise.h"

namespace lvs::referee {

// A line of tcpdump: its time, and numbers drawn for a connection; the frames themselves are compared. Ports in
// A.B.C.D.PORT, and in the hexadecimal digits of /proc/net/ip_vs_conn, become those of the right run.
std::string without_drawn_numbers(std::string line, const Renaming* renaming);

// What `ps`, `pgrep`, `pidof`, `$!` and files of process numbers print: processes have other numbers, and those that
// run the lab's lines differ.
std::string without_process_numbers(std::string_view command, const std::string& text);

// What one run of tcpdump printed.
struct Dumped {
  std::string out, err;
};

// At the end of a run the kernel's tcpdump is killed with frames that it has not read yet, up to a second's; the
// model's shows all. Cuts what only the model's (`right`) has read, and its counts.
void cut_unread(std::string_view command, const Dumped& left, Dumped& right);

// Which modules a kernel has is its maker's doing: the referee's are built in.
bool shows_modules(std::string_view command);

// What a command has printed, "*" in place of
//   the times that curl -w prints: real time is not the simulation's
//   where curl -v keeps a host in memory
//   the numbers of `tc qdisc`, which the whole kernel counts: the referee's own cables have some
//   numbers of processes
//   the size of IPVS's table: conn_tab_bits of a kernel that has ip_vs built in is what it was built with
std::string comparable_output(std::string_view command, const std::string& text);

}  // namespace lvs::referee
