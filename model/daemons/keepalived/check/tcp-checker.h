// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_CHECK: a connection can be opened (keepalived: check_tcp.c).
#pragma once

#include <cstdint>
#include <functional>

#include "daemons/keepalived/check/checker.h"
#include "host/socket/sockets.h"

namespace lvs::keepalived {

// A connection to the checked port, with its time-out. What comes of it is told once.
class Connection : private host::SocketUser {
 public:
  // unreachable: connect() says so at once; error: there is no such socket, which has been logged.
  enum class Outcome : std::uint8_t { connected, failed, timed_out, ready, unreachable, error };
  using Tell = std::function<void(Outcome outcome)>;
  Connection(CheckWorld& world, Tell tell);

  void open(host::SocketAddress from, host::SocketAddress to, base::Time timeout);
  // ready: something can be read, from now on; within the time-out.
  void await_data(base::Time timeout);
  // Within what is left of the time-out.
  void await_more();
  host::TcpSocket* socket() { return socket_.get(); }
  void close();

 private:
  enum class Phase : std::uint8_t { closed, connecting, open, reading };
  void socket_ready() override;
  void begin(base::Time timeout);
  void outcome(Outcome outcome);

  CheckWorld& world_;
  Tell tell_;
  Phase phase_ = Phase::closed;
  host::TcpPtr socket_;
  control::Alarm timeout_;
  base::Time deadline_{};
  int last_error_ = 0;  // of connect(): told once, until there is another
};

class TcpChecker final : public Checker {
 public:
  TcpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

 private:
  void check() override;
  void ended(Connection::Outcome outcome);
  void epilog(bool success);

  Connection connection_;
};

}  // namespace lvs::keepalived
