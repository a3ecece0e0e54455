// SPDX-License-Identifier: GPL-2.0-or-later
// A connection, or a datagram's session, that a worker serves.
#pragma once

#include <cstdint>

#include "host/socket/base/socket.h"

namespace lvs::nginx {

// Connections of clients, by what is being done (stub_status).
struct ConnectionCounts {
  std::uint64_t accepted = 0, requests = 0, active = 0, reading = 0, writing = 0, waiting = 0;
};

class Session : public host::SocketUser {
 public:
  ~Session() override = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // The worker is to end when its work is done: who waits for nothing but more work goes.
  virtual void drain() = 0;
  virtual void count(ConnectionCounts&) const {}

  std::uint64_t place = 0;  // among the worker's, in the order made

 protected:
  Session() = default;
};

}  // namespace lvs::nginx
