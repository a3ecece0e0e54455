// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/curl/socket.h"

#include <fmt/format.h>

namespace lvs::control {

using host::SocketError;

namespace {

// getifaddrs(3), by which curl looks for the interface, calls each address by its label.
std::optional<base::Ipv4Addr> address_of(const host::Host& host, std::string_view name) {
  for (const auto& dev : host.devices())
    for (const host::InterfaceAddress& each : dev->addresses)
      if ((each.label.empty() ? dev->name() : each.label) == name) return each.prefix.addr;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> bind_curl(Machine& machine, const CurlOptions& options, host::TcpSocket& socket) {
  if (options.interface.empty() && options.local_port == 0) return std::nullopt;
  base::Ipv4Addr from;
  if (const auto address = base::Ipv4Addr::parse(options.interface)) {
    from = *address;
  } else if (!options.interface.empty()) {
    const auto found = address_of(machine.host(), options.interface);
    if (!found) return fmt::format("Couldn't bind to '{}'", options.interface);
    from = *found;
  }
  SocketError error = SocketError::none;
  for (unsigned i = 0; i < options.local_ports; ++i) {
    const unsigned port = options.local_port == 0 ? 0 : options.local_port + i;
    error = socket.bind({from, static_cast<std::uint16_t>(port)});
    if (error != SocketError::in_use) break;
  }
  if (error == SocketError::none) return std::nullopt;
  return fmt::format("bind failed with errno {}: {}", error == SocketError::in_use ? 98 : 99, text_of(error));
}

}  // namespace lvs::control
