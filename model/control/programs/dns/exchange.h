// SPDX-License-Identifier: GPL-2.0-or-later
// One question to name servers, one after the other and several times, as the tools of BIND ask it (bin/dig/dighost.c).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/machine/alarm.h"
#include "host/socket/sockets.h"
#include "wire/dns.h"

namespace lvs::control {

class Machine;
struct Io;

class DnsExchange final : private host::SocketUser {
 public:
  struct Setting {
    std::vector<host::SocketAddress> servers;
    unsigned tries = 3;
    base::Time wait = std::chrono::seconds(5);
  };
  struct Outcome {
    std::optional<wire::DnsMessage> reply;  // nothing: nobody answered
    std::size_t size = 0;
    host::SocketAddress server;
    base::Time took{};
  };
  using Done = std::function<void(const Outcome&)>;
  // What went wrong with one try: "timed out", "connection refused".
  using Failed = std::function<void(const host::SocketAddress& server, std::string_view why)>;

  DnsExchange(Machine& machine, host::SocketOwner owner, Failed failed);
  void ask(const wire::DnsMessage& question, Setting setting, Done done);

 private:
  void send();
  void failed(std::string_view why);
  void socket_ready() override;
  void finish(const Outcome& outcome);

  Machine& machine_;
  host::SocketOwner owner_;
  Failed failed_;
  Done done_;
  wire::DnsMessage question_;
  Setting setting_;
  std::size_t server_ = 0;
  unsigned tried_ = 0;
  base::Time sent_{};
  host::UdpPtr socket_;
  Alarm alarm_;
};

// Says it as dig and host do.
DnsExchange::Failed say_failed_try(Io& io);

}  // namespace lvs::control
