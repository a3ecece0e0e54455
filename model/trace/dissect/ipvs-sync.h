// SPDX-License-Identifier: GPL-2.0-or-later
// What IPVS directors tell each other, as text; tcpdump prints "UDP" of it. Any bytes will do.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace lvs::trace {

// One line for the message and one for each connection; nothing of frames that carry no such message to the usual port.
//   IPVS sync: version 1, syncid 7, 2 connections
//   TCP 10.0.0.1:4000 > 10.0.0.100:80 at 10.0.0.11:80: ESTABLISHED, Route, no-output, timeout 900
std::vector<std::string> ipvs_sync_lines(base::ByteView frame);

}  // namespace lvs::trace
