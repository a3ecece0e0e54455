// SPDX-License-Identifier: GPL-2.0-or-later
// A tracked connection as conntrack and /proc/net/nf_conntrack show it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "host/host.h"
#include "host/netfilter/conntrack.h"

namespace lvs::control {

inline constexpr auto kCtTcpStates =
    std::to_array<std::string_view>({"NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT",
                                     "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2"});

// Up to the mark; `extended`: with the protocol of layer 3 before it.
std::string conntrack_text(const host::Host& host, const host::ConntrackEntry& entry, bool extended);

}  // namespace lvs::control
