// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets of a host.
#pragma once

#include <vector>

#include "host/socket/base/calls.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"
#include "host/socket/udp.h"

namespace lvs::host {

class Sockets {
 public:
  // Takes TCP and UDP of the host over. The host must live longer.
  explicit Sockets(Stack& host) : calls_(host), tcp_(calls_), udp_(calls_) {}

  // `user` may be nullptr: one who looks by itself.
  TcpPtr tcp(SocketUser* user, SocketOwner owner = {}) { return tcp_.make(user, owner); }
  UdpPtr udp(SocketUser* user, SocketOwner owner = {}) { return udp_.make(user, owner); }

  // Nothing is sent any more: the host is about to end.
  void fall_silent() { calls_.fall_silent(); }

  // For listings, in the order made.
  std::vector<const TcpEndpoint*> tcp_endpoints() const { return tcp_.endpoints(); }
  std::vector<const UdpSocket*> udp_sockets() const { return udp_.sockets(); }

 private:
  SocketCalls calls_;
  TcpTable tcp_;
  UdpTable udp_;
};

}  // namespace lvs::host
