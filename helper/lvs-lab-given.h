// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "base/time.h"
#include "control/lab/lab.h"
#include "control/lab/run.h"
#include "ns3/lvs-host.h"
#include "trace/run-info.h"

namespace ns3 {

/** What a real kernel drew at random counts on these hosts too, from the same moments on, `startup` before zero. */
void LvsTakeDraws(const std::vector<::lvs::control::LabDraw>& draws, const ::lvs::control::Lab& lab,
                  const std::vector<Ptr<LvsHost>>& hosts, ::lvs::base::Time startup);

/** A host of the lab that is a real machine, as a trace describes it. */
::lvs::trace::HostInfo LvsRealHost(const ::lvs::control::Lab& lab, std::size_t host);

}  // namespace ns3
