// SPDX-License-Identifier: GPL-2.0-or-later
// When a server takes no more connections because it has as many as it may (IP_VS_DEST_F_OVERLOAD). Two ways: Linux 6.1
// as of 6.1.176 looks at each connection and each template, and an edit only ever clears the flag; since 6.1.192 and
// 6.12.117 (__ip_vs_dest_update_overload()) it changes where the count passes a threshold, and an edit of the
// thresholds decides it anew.
#pragma once

#include <cstdint>

#include "host/env/kernel.h"
#include "ipvs/table/service.h"

namespace lvs::ipvs {

// `dest` has got a connection or a template, has lost one: its counters say so already.
void overload_after_bind(const host::Kernel& kernel, Destination& dest, bool is_template);
void overload_after_unbind(const host::Kernel& kernel, Destination& dest, bool is_template);
// 0: no threshold.
void set_thresholds(const host::Kernel& kernel, Destination& dest, std::uint32_t upper, std::uint32_t lower);

}  // namespace lvs::ipvs
