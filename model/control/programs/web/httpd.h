// SPDX-License-Identifier: GPL-2.0-or-later
// The modelled httpd: a process in the background of a machine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/machine/command.h"
#include "control/programs/web/http-page.h"
#include "host/socket/sockets.h"

namespace lvs::control {

class Machine;

class Httpd final : public Task, private host::SocketUser {
 public:
  Httpd(Machine& machine, HttpdOptions options);
  ~Httpd() override;
  // What went wrong, as the program says it; empty: it listens.
  std::string start();
  std::uint16_t port() const { return options_.port; }
  std::uint32_t process() const { return process_; }

 private:
  struct Connection {
    host::TcpPtr socket;
    std::string request, answer;
    std::size_t written = 0;
    bool answered = false;
  };
  void socket_ready() override;
  bool serve(Connection& connection);  // false: it is over
  std::optional<std::string> page();

  Machine& machine_;
  HttpdOptions options_;
  std::uint32_t process_;
  host::TcpPtr listener_;
  std::vector<Connection> connections_;
};

// Runs it beside whatever else runs on the machine; a line on stderr and status 1 when it cannot listen.
int start_httpd(Machine& machine, const HttpdOptions& options, std::string& error);

}  // namespace lvs::control
