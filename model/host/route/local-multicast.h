// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "base/addr.h"

namespace lvs::host {

// 224.0.0.0/24, never forwarded (kernel: ipv4_is_local_multicast()).
constexpr bool is_local_multicast(base::Ipv4Addr addr) { return addr.value >> 8 == 0xe00000; }

}  // namespace lvs::host
