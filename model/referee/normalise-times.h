// SPDX-License-Identifier: GPL-2.0-or-later
// A lab's lines at the times at which a kernel ran them.
#pragma once

#include "control/lab-run.h"
#include "control/lab.h"

namespace lvs::referee {

// A kernel runs lines late when the machine is busy, each by another amount, while its timers (a neighbour's second of
// locking, its five seconds of delay, the expiry of a connection) go on. The timeline of `lab` with the times at which
// the lines began in `run`, so that the model's timers meet the same lines. Frames that could not be sent and lines
// that were not reached follow at once, or at their own time if that is later. The lab ends when the run ended.
control::Lab with_times_of(const control::Lab& lab, const control::LabRun& run);

}  // namespace lvs::referee
