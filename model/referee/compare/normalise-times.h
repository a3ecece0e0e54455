// SPDX-License-Identifier: GPL-2.0-or-later
// A lab's lines at the times at which a kernel ran them.
#pragma once

#include <optional>

#include "control/lab/lab.h"
#include "control/lab/run.h"

namespace lvs::referee {

// A kernel runs lines late when the machine is busy, each by another amount, while its timers (a neighbour's second of
// locking, its five seconds of delay, the expiry of a connection) go on. The timeline of `lab` with the times at which
// the lines began in `run`, so that the model's timers meet the same lines. Frames that could not be sent and lines
// that were not reached follow at once, or at their own time if that is later. The lab ends when the run ended.
control::Lab with_times_of(const control::Lab& lab, const control::LabRun& run);

// A busy machine also takes up to a second to load a program, which then asks later than its line began. `timed`, as
// the model ran it, with such lines moved to where the kernel's first frame of the line says that they asked: the
// model's first frame of the line, if it is a question (an ARP or echo request, a SYN, a datagram), is looked for in
// the kernel's run. Nothing if no line is late by more than kLoading.
inline constexpr base::Time kLoading = std::chrono::milliseconds(20);
std::optional<control::Lab> with_first_frames_of(const control::Lab& timed, const control::LabRun& kernel,
                                                 const control::LabRun& model);

}  // namespace lvs::referee
