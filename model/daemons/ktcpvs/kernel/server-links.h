// SPDX-License-Identifier: GPL-2.0-or-later
// Connections to servers that phttp keeps for the next request (ktcpvs 0.0.18: tcp_vs_srvconn.c).
#pragma once

#include <map>
#include <vector>

#include "base/time.h"
#include "host/host.h"
#include "host/socket/sockets.h"

namespace lvs::ktcpvs {

inline constexpr base::Time kKeepAlive = std::chrono::seconds(30);  // net.ktcpvs.keepalive_timeout

class ServerLinks {
 public:
  explicit ServerLinks(host::Host& host) : host_(host) {}

  // The one put back last, or nullptr. It may have been closed by the server meanwhile.
  host::TcpPtr take(const host::SocketAddress& server);
  void put(const host::SocketAddress& server, host::TcpPtr socket);
  // Closes those that have waited too long.
  void collect();
  void clear() { idle_.clear(); }

 private:
  struct Idle {
    host::TcpPtr socket;
    base::Time until;
  };
  host::Host& host_;
  std::map<host::SocketAddress, std::vector<Idle>> idle_;
};

}  // namespace lvs::ktcpvs
