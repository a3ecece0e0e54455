// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "trace/event.h"

namespace lvs::host {
class Host;
}

namespace ns3 {

/**
 * \returns one line about \p event of \p host: "forward accept eth0 10.0.0.1:1024 > 10.0.0.100:80 tcp 60".
 */
std::string LvsEventText(const ::lvs::trace::PacketEvent& event, ::lvs::host::Host& host);

}  // namespace ns3
