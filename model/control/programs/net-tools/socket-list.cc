// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/net-tools/socket-list.h"

#include <algorithm>

#include "control/machine/machine.h"
#include "control/machine/usual/six-listeners.h"

namespace lvs::control {

using host::TcpState;

std::vector<SocketLine> list_sockets(Machine& machine, bool tcp, bool udp) {
  std::vector<SocketLine> lines;
  if (tcp) {
    for (const host::TcpEndpoint* each : machine.sockets().tcp_endpoints()) {
      if (each->state() == TcpState::close) continue;  // no part of any table
      SocketLine line{true, each->state(), 0, 0, each->local(), each->remote(), {}, {}};
      line.timer = each->timer();
      if (each->kind() == host::TcpEndpoint::Kind::socket) {
        const auto& socket = static_cast<const host::TcpSocket&>(*each);
        line.receive_queue = socket.receive_queue();
        line.send_queue = socket.send_queue();
        line.owner = socket.user == nullptr ? host::SocketOwner{} : socket.owner;
      }
      lines.push_back(line);
    }
    std::ranges::stable_partition(lines, [](const SocketLine& line) { return line.state == TcpState::listen; });
  }
  if (udp) {
    for (const host::UdpSocket* each : machine.sockets().udp_sockets()) {
      if (each->local().port == 0) continue;
      lines.push_back({false, each->connected() ? TcpState::established : TcpState::close, each->receive_queue(), 0,
                       each->local(), each->remote(), each->owner,
                       each->bound_device() == nullptr ? std::string() : each->bound_device()->name()});
    }
  }
  return lines;
}

std::vector<SocketLine> list_six_sockets(Machine& machine, bool tcp, bool udp) {
  std::vector<SocketLine> lines;
  for (const Process* each : machine.processes().all()) {
    for (const SixListener& listener : six_listeners(machine, each->pid())) {
      if (listener.tcp ? !tcp : !udp) continue;
      SocketLine line{
          listener.tcp, listener.tcp ? TcpState::listen : TcpState::close, 0, listener.backlog, {}, {}, {}, {}};
      line.local.port = listener.port;
      line.owner = {each->pid(), each->name(), listener.descriptor};
      line.six = true;
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace lvs::control
