// SPDX-License-Identifier: GPL-2.0-or-later
// The host's end of GuestHost: init of the host's namespaces.
#pragma once

#include "referee/guest/host.h"

namespace lvs::referee {

// Serves the lab until it closes its end, then ends every process of the host. The process's exit status.
int guest_init(const GuestHostSetting& setting, os::Fd control);

}  // namespace lvs::referee
