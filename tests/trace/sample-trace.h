// SPDX-License-Identifier: GPL-2.0-or-later
// A small trace: a SYN through two hosts, NAT and a drop at the second, and two entries of the journal.
#pragma once

#include <string>

#include "trace/run-info.h"

namespace lvs::trace {

RunInfo sample_info();
std::string sample_trace();

}  // namespace lvs::trace
