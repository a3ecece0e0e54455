// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets of a machine as netstat and ss list them.
#pragma once

#include <string>
#include <vector>

#include "host/socket/base/socket.h"
#include "host/socket/tcp/endpoint.h"

namespace lvs::control {

class Machine;

struct SocketLine {
  bool tcp = true;
  host::TcpState state = host::TcpState::close;  // of UDP: established or close
  std::size_t receive_queue = 0, send_queue = 0;
  host::SocketAddress local, remote;
  host::SocketOwner owner;  // nobody: process 0
  std::string device;       // it is bound to; empty: none
  bool six = false;         // of IPv6
  host::TcpTimer timer{};
};

// Listeners first, then in the order made; the kernel's order is that of hash tables.
std::vector<SocketLine> list_sockets(Machine& machine, bool tcp, bool udp);
// Those of IPv6, which listen and never hear anybody.
std::vector<SocketLine> list_six_sockets(Machine& machine, bool tcp, bool udp);

}  // namespace lvs::control
