// SPDX-License-Identifier: GPL-2.0-or-later
// The modelled httpd: a process in the background of a machine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "control/machine/alarm.h"
#include "control/machine/process.h"
#include "control/programs/web/http-page.h"
#include "host/socket/sockets.h"

namespace lvs::control {

class Machine;

class Httpd final : public Process, private host::SocketUser {
 public:
  Httpd(Machine& machine, HttpdOptions options, std::vector<std::string> arguments);
  ~Httpd() override;
  // What went wrong, as the program says it; empty: it listens.
  std::string start();
  std::uint16_t port() const { return options_.port; }

 private:
  struct Connection {
    host::TcpPtr socket;
    std::string request, answer;
    std::size_t written = 0;
    bool answered = false, keeps = false;
    base::Time idle_since{};
  };
  void ended(ExitStatus status) override;
  void socket_ready() override;
  bool serve(Connection& connection);  // false: it is over
  void close_idle();
  std::optional<std::string> page();

  HttpdOptions options_;
  host::TcpPtr listener_;
  std::vector<Connection> connections_;
  Alarm idle_;
};

// Runs it beside whatever else runs on the machine; a line on stderr and status 1 when it cannot listen.
int start_httpd(Machine& machine, const HttpdOptions& options, std::vector<std::string> arguments, std::string& error);

}  // namespace lvs::control
