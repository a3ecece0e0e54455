// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/names.h"

#include <fmt/format.h>

namespace lvs::keepalived {

std::string name_of(base::Ipv4Addr address, std::uint8_t protocol, std::uint16_t port) {
  const char* name = protocol == 6     ? "tcp"
                     : protocol == 17  ? "udp"
                     : protocol == 132 ? "sctp"
                     : protocol == 0   ? "none"
                                       : "?";
  return fmt::format("[{}]:{}:{}", address.text(), name, port);
}

std::string name_of(const VirtualServerConf& server) {
  if (!server.group.empty()) return fmt::format("[{}]:{}", server.group, server.port);
  if (server.mark != 0) return fmt::format("FWM {}", server.mark);
  return name_of(server.address, server.protocol, server.port);
}

std::string name_of(const RealServerConf& real, const VirtualServerConf& server) {
  return name_of(real.address, server.protocol, real.port);
}

std::string name_of(const ServerGroupConf::Range& range) {
  if (range.first == range.last) return fmt::format("{},{}", range.first.text(), range.port);
  return fmt::format("{}-{},{}", range.first.text(), range.last.text(), range.port);
}

}  // namespace lvs::keepalived
