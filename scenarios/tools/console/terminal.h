// SPDX-License-Identifier: GPL-2.0-or-later
// A lab's run as a terminal session.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "control/lab/lab.h"
#include "control/lab/run.h"

namespace lvs::scenarios {

class LabTerminal {
 public:
  LabTerminal(std::ostream& out, bool colours) : out_(out), colours_(colours) {}

  void begin(const control::Lab& lab);
  // `    0.500 director# ipvsadm -Ln`, what the command printed, and its status unless 0.
  void result(const control::CommandResult& result);
  // `    0.700 director> tcpdump -l -n -i eth0 &`: what a background job of that line has printed since.
  void output(const control::CommandResult& news);
  void end(const control::LabRun& run);

 private:
  void print(const control::CommandResult& result, char prompt);
  const char* colour(const char* code) const { return colours_ ? code : ""; }

  std::ostream& out_;
  bool colours_;
};

// What stays on a terminal of lines that are written over (carriage returns): the last state of a progress bar.
std::string written_over(std::string_view text);

// Standard output is a terminal that is not called dumb, and NO_COLOR is not set.
bool wants_colours();

}  // namespace lvs::scenarios
