// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/kernel-ticks.h"
#include "base/time.h"
#include "control/lab/run.h"
#include "control/lab/script.h"
#include "host/env/kernel.h"
#include "ns3/lvs-lab-console.h"
#include "ns3/lvs-lab-realtime.h"
#include "trace/file/writer.h"

namespace ns3 {

/** A line that a host is asked at a moment of the timeline, whatever else is at work; the run ends with the answer. */
struct LvsLabQuestion {
  ::lvs::base::Time at{};
  std::size_t host = 0;
  ::lvs::control::ShellLinePtr line;
  std::function<void(int status, const std::string& out, const std::string& err)> answer;
};

struct LvsLabOptions {
  std::optional<::lvs::base::Time> until;  ///< the run ends then at the latest, from the timeline's zero
  bool capture = true;                     ///< keep every frame of every interface in the result
  /** Told of each line when its foreground has ended. */
  std::function<void(const ::lvs::control::CommandResult&)> onResult;
  /** Told of what background jobs of earlier lines have printed since: the line again, with the new output alone. */
  std::function<void(const ::lvs::control::CommandResult&)> onOutput;
  /** Told of each line before it starts: "lab.timeline:3: ping -c 1 10.0.0.1". */
  std::function<void(const std::string&)> onLine;
  /**
   * Asked now and then, with the time since the timeline's zero and the number of frames: not empty is the reason to
   * stop the run there (LabRun::stopped). Not in real time.
   */
  std::function<std::string(::lvs::base::Time, uint64_t)> onWatch;
  ::lvs::base::Time longest = std::chrono::hours(24);  ///< of the lab's own time; a run that has not ended is stopped
  /** Kernel timers are late as on a kernel with such ticks, counted from the first startup line; none: exact. */
  std::optional<::lvs::base::KernelTicks> ticks;
  /** From the first startup line to the timeline's zero, unless they take longer. */
  ::lvs::base::Time startup{};
  /** What the hosts' clocks show at the timeline's zero, since 1970; none: 2000-01-01. */
  std::optional<::lvs::base::Time> epoch;
  /** What that kernel drew at random counts here too, from the same moments on; nullptr: the model draws. */
  const std::vector<::lvs::control::LabDraw>* draws = nullptr;
  ::lvs::host::Kernel kernel = ::lvs::host::kLinux6_1;  ///< as which Linux the hosts behave
  /** Asked what to do when all of the timeline has run, until it says that it is enough; nullptr: the run ends then. */
  LvsLabConsole* console = nullptr;
  /** Asked at its moment, or at the end of a run that ends before; nullptr: nothing is. Not in real time. */
  const LvsLabQuestion* question = nullptr;
  /** In real time, among real machines; nullptr: in virtual time. */
  const LvsRealtimeOptions* realtime = nullptr;
  /** Where the packet-walk trace goes, in whole blocks; empty: none. False from it: nothing more is written. */
  ::lvs::trace::TraceWriter::Output trace;
  /** What the trace carries beside its packets: kind and text of entries of its journal. */
  std::vector<std::pair<std::string, std::string>> carried;
};

/**
 * Simulates a lab: a node a host, a switch a segment, commands at their times. Deterministic: the same lab and RngSeed
 * give the same result. The simulator is empty before and after.
 */
::lvs::control::LabRun LvsRunLab(const ::lvs::control::LabScript& script, const LvsLabOptions& options = {});

}  // namespace ns3
