// SPDX-License-Identifier: GPL-2.0-or-later
// What a host says again at a moment that it draws.
#pragma once

#include <map>
#include <vector>

#include "base/time.h"
#include "control/lab/run.h"

namespace lvs::referee {

// IGMPv3 reports of joining and leaving are sent twice, the second time at random within a second (kernel:
// igmp_ifc_start_timer(), igmpv3_unsolicited_report_interval), so that frames of others come before or after it by
// chance. The first ones are compared.
class Repeats {
 public:
  // Is it such a report, and was the same one met less than a second before? Frames come in the order of time.
  bool again(const control::CapturedFrame& frame);

 private:
  std::map<std::vector<std::uint8_t>, base::Time> met_;  // IP packet, and when it was met first
};

}  // namespace lvs::referee
