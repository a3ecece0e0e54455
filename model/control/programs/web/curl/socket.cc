// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/curl/socket.h"

namespace lvs::control {

using host::SocketError;

SocketError bind_curl(Machine& machine, const CurlOptions& options, host::TcpSocket& socket) {
  if (options.interface.empty() && options.local_port == 0) return SocketError::none;
  base::Ipv4Addr from;
  if (const auto address = base::Ipv4Addr::parse(options.interface)) {
    from = *address;
  } else if (!options.interface.empty()) {
    const host::Device* dev = machine.host().device(options.interface);
    if (dev == nullptr || dev->addresses.empty()) return SocketError::not_available;
    from = dev->addresses.front().prefix.addr;
  }
  SocketError error = SocketError::none;
  for (unsigned i = 0; i < options.local_ports; ++i) {
    const unsigned port = options.local_port == 0 ? 0 : options.local_port + i;
    error = socket.bind({from, static_cast<std::uint16_t>(port)});
    if (error != SocketError::in_use) break;
  }
  return error;
}

}  // namespace lvs::control
