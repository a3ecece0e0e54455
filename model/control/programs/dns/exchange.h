// SPDX-License-Identifier: GPL-2.0-or-later
// One question to name servers, one after the other and several times, as the tools of BIND ask it (bin/dig/dighost.c):
// over UDP and, where the answer did not fit, over TCP; or over TCP from the start.
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
    std::optional<base::Time> wait;  // 5 s over UDP, 10 s over TCP
    std::string typed;               // what the servers were called; empty: their addresses
    bool tcp = false;
    bool once_if_refused = false;  // a closed port is not tried again
    bool keep_truncated = false;   // what came over UDP is the answer
  };
  struct Outcome {
    std::optional<wire::DnsMessage> reply;  // nothing: nobody answered
    std::string bytes;                      // as it came
    host::SocketAddress server;
    base::Time took{};
    bool tcp = false;
    bool said = false;  // that no server can be reached
  };
  using Done = std::function<void(const Outcome&)>;
  // A line for the one who asks: a try that came to nothing, and "Truncated, retrying in TCP mode." (`comment`).
  using Say = std::function<void(const std::string& line, bool comment)>;

  DnsExchange(Machine& machine, host::SocketOwner owner, Say say);
  void ask(const wire::DnsMessage& question, Setting setting, Done done);

 private:
  void send();
  host::SocketError send_datagram();
  void no_connection(std::string_view why);
  void failed(std::string_view why);
  void next_try(bool said);
  void socket_ready() override;
  void datagrams();
  void stream();
  // True: it is the answer.
  bool take(std::string_view bytes, const host::SocketAddress& from);
  void take_cookie(const wire::DnsMessage& reply);
  void finish(const Outcome& outcome);

  Machine& machine_;
  host::SocketOwner owner_;
  Say say_;
  Done done_;
  wire::DnsMessage question_;
  Setting setting_;
  std::size_t server_ = 0;
  unsigned tried_ = 0;
  base::Time sent_{};
  host::UdpPtr udp_;
  host::TcpPtr tcp_;
  bool connected_ = false;  // over TCP
  std::string in_;          // as it came over TCP
  Alarm alarm_;
};

// Says it as dig and host do. `comments`: comments, too.
DnsExchange::Say say_on(Io& io, bool comments = true);

}  // namespace lvs::control
