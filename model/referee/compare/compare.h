// SPDX-License-Identifier: GPL-2.0-or-later
// Two runs of one lab, compared frame by frame and command by command.
#pragma once

#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "control/lab/run.h"

namespace lvs::referee {

struct Difference {
  std::string where;  // "director eth1, frame 7", "director# ipvsadm -Ln"
  std::string text;   // what differs, for people, lines
};

struct Comparison {
  std::string lab;
  std::size_t frames = 0;  // that agree: by themselves, or as part of a TCP stream that agrees
  std::size_t streams = 0;
  std::size_t commands = 0;  // that agree
  std::vector<Difference> differences;

  bool agree() const { return differences.empty(); }
};

// The first difference on each interface and of each command; `all`: as many as can be told apart. What may differ is
// said in normalise.h (values in frames), compare-frame.h, compare-stream.h (TCP between two stacks) and
// compare-text.cc (output). Order on an interface counts; times do not. Only the end of a run is a moment that races
// with the kernel's timers: frames of its last kEndSlack that the other run did not come to are not compared.
inline constexpr base::Time kEndSlack = std::chrono::milliseconds(200);
Comparison compare(const control::Lab& lab, const control::LabRun& left, const control::LabRun& right,
                   bool all = false);

}  // namespace lvs::referee
