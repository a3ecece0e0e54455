// SPDX-License-Identifier: GPL-2.0-or-later
// DNS over TCP, the server's side (RFC 7766): connections, and messages with their length in front.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "host/socket/sockets.h"

namespace lvs::control {

class Machine;

class DnsStreams final : private host::SocketUser {
 public:
  struct Asked {
    std::uint64_t connection = 0;
    host::SocketAddress from, to;
    std::string bytes;
  };
  using Take = std::function<void(const Asked& asked)>;
  // `idle`: a connection on which nothing comes for so long is closed.
  DnsStreams(Machine& machine, host::SocketOwner owner, base::Time idle, Take take);
  ~DnsStreams() override;

  host::SocketError listen(const host::SocketAddress& at, unsigned backlog);
  // Of a connection that is over: nothing.
  void reply(std::uint64_t connection, const std::string& message);

 private:
  class Connection;

  void socket_ready() override;
  void close(std::uint64_t connection);

  Machine& machine_;
  host::SocketOwner owner_;
  base::Time idle_;
  Take take_;
  std::vector<host::TcpPtr> listeners_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> over_;  // who closed may be at work still
};

}  // namespace lvs::control
