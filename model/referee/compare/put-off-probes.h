// SPDX-License-Identifier: GPL-2.0-or-later
// What hosts that share one kernel must not be asked about.
#pragma once

#include "control/lab/lab.h"

namespace lvs::referee {

// A lab in which programs talk over sockets, with the first probe of a neighbour put off beyond its end
// (delay_first_probe_time) on every interface. A packet that a socket marked as proof of life (dst_pending_confirm
// in include/linux/skbuff.h) keeps the mark over a veth pair, so in one kernel it confirms the neighbour entries of
// routers on its way too, whose probes five seconds later then fail to come; machines of their own, as the model's,
// send them. Labs without sockets, and labs that set the time themselves, are left as they are.
control::Lab with_probes_put_off(control::Lab lab);

}  // namespace lvs::referee
