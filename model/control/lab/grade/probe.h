// SPDX-License-Identifier: GPL-2.0-or-later
// What a check asks of a lab, put into a copy of it; and what comes of that.
#pragma once

#include <optional>
#include <string>

#include "control/lab/grade/exercise.h"
#include "control/lab/grade/seen.h"
#include "control/lab/run.h"

namespace lvs::control {

// The lab with the lines of check number `number` in its timeline, behind all others where the check names no time.
// A check of the lab as it is (lvs-lab check) adds none.
Lab with_probes(const Lab& lab, const Check& check, std::size_t number);

struct Judgement {
  bool passed = false;
  Seen what;                     // why not, or what was seen
  std::optional<base::Time> at;  // the moment, of the timeline
  std::string host;              // where, if anywhere
};
// `run` of with_probes(lab, check, number), with its captures.
Judgement judge(const Lab& lab, const Check& check, std::size_t number, const LabRun& run);

}  // namespace lvs::control
