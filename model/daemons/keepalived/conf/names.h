// SPDX-License-Identifier: GPL-2.0-or-later
// How keepalived's logs name services and servers.
#pragma once

#include <string>

#include "daemons/keepalived/conf/check-values.h"

namespace lvs::keepalived {

// "[10.0.0.1]:tcp:80"
std::string name_of(base::Ipv4Addr address, std::uint8_t protocol, std::uint16_t port);
// "[10.0.0.100]:tcp:80", "FWM 1", "[web]:0"
std::string name_of(const VirtualServerConf& server);
std::string name_of(const RealServerConf& real, const VirtualServerConf& server);
std::string name_of(const ServerGroupConf::Range& range);  // "10.0.0.1-10.0.0.9,80"

}  // namespace lvs::keepalived
