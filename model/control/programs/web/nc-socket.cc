// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/nc-socket.h"

namespace lvs::control {

using host::SocketError;

bool NcSocket::send(std::string& data) {
  SocketError error = SocketError::none;
  if (!tcp) {
    error = udp->send(data);
    if (error == SocketError::none) data.clear();
    return error == SocketError::none;
  }
  const std::size_t size = tcp->write(data, error);
  data.erase(0, size);
  if (size != 0 || error == SocketError::again) return true;
  if (error == SocketError::broken_pipe) data.clear();  // SIGPIPE is ignored
  return false;
}

bool NcSocket::receive(std::string& data, std::size_t most) {
  SocketError error = SocketError::none;
  if (tcp) {
    const std::size_t size = tcp->read(data, most, error);
    if (size != 0 || error == SocketError::again) return true;
    if (error == SocketError::none) shut_read();
    return false;
  }
  host::UdpSocket::Datagram datagram;
  error = udp->receive(datagram);
  if (error != SocketError::none) return error == SocketError::again;
  data += datagram.data;
  return !datagram.data.empty();
}

}  // namespace lvs::control
