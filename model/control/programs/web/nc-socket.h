// SPDX-License-Identifier: GPL-2.0-or-later
// The one socket that nc talks through, of either kind.
#pragma once

#include <string>

#include "host/socket/sockets.h"

namespace lvs::control {

struct NcSocket {
  host::TcpPtr tcp;
  host::UdpPtr udp;

  void close() {
    tcp.reset();
    udp.reset();
  }
  bool failed() const { return tcp ? tcp->failed() : udp->failed(); }
  bool hung_up() const { return tcp && tcp->hung_up(); }
  bool readable() const { return tcp ? tcp->readable() : udp->readable(); }
  bool writable() const { return tcp ? tcp->writable() : true; }
  void shut_write() {
    if (tcp) tcp->shut_write();
  }
  void shut_read() {
    if (tcp) tcp->shut_read();
  }

  // Takes off `data` what could be sent. False: no more can.
  bool send(std::string& data);
  // Adds to `data` what has come, `most` bytes of a stream, one datagram. False: no more will come.
  bool receive(std::string& data, std::size_t most);
};

}  // namespace lvs::control
