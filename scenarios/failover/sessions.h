// SPDX-License-Identifier: GPL-2.0-or-later
// TCP connections that stay open: a client that says a few bytes now and then, servers that listen to them.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "base/timer-wheel.h"
#include "control/machine/machine.h"
#include "host/socket/sockets.h"

namespace lvs::scenarios {

// Accepts on a port of a machine, reads, and closes what the other side has closed.
class SessionServer final : public host::SocketUser {
 public:
  SessionServer(control::Machine& machine, std::uint16_t port);

 private:
  void socket_ready() override;

  host::TcpPtr listener_;
  std::vector<host::TcpPtr> accepted_;
};

// Opens `count` sessions at random between `first` and `last`; each talks every `talk` until it is reset.
class SessionClients final : public host::SocketUser {
 public:
  struct Plan {
    host::SocketAddress to;
    unsigned count = 0;
    base::Time first{}, last{}, talk{};
  };
  SessionClients(control::Machine& machine, const Plan& plan, std::uint64_t seed);
  ~SessionClients() override;
  SessionClients(const SessionClients&) = delete;
  SessionClients& operator=(const SessionClients&) = delete;

  unsigned open() const;  // connected, and not reset yet
  unsigned died() const { return died_; }

 private:
  struct Session : base::Timer {
    Session(SessionClients& its, base::Time start);
    SessionClients& clients;
    base::Time next;
    host::TcpPtr socket;
    bool dead = false;
  };
  void socket_ready() override;
  void talk(Session& session);
  void look(Session& session);

  control::Machine& machine_;
  Plan plan_;
  std::vector<std::unique_ptr<Session>> sessions_;
  unsigned died_ = 0;
};

}  // namespace lvs::scenarios
