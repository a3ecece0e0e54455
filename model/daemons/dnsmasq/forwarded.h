// SPDX-License-Identifier: GPL-2.0-or-later
// Its sockets: those that listen, and one for each question that was sent on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/programs/dns/exchange.h"
#include "daemons/dnsmasq/server.h"

namespace lvs::dnsmasq {

class Server::Listener final : public host::SocketUser {
 public:
  explicit Listener(Server& server) : server_(server) {}
  void socket_ready() override {
    host::UdpSocket::Datagram datagram;
    while (udp->receive(datagram) == host::SocketError::none)
      server_.take(datagram.data, {datagram.from, datagram.to, 0, false, 0});
  }

  host::UdpPtr udp;

 private:
  Server& server_;
};

// One question on its way to others (struct frec).
class Server::Forwarded final : public host::SocketUser {
 public:
  explicit Forwarded(Server& server) : server_(server) {}
  void socket_ready() override {
    host::UdpSocket::Datagram datagram;
    while (socket != nullptr && socket->receive(datagram) == host::SocketError::none) server_.answered(*this, datagram);
  }

  wire::DnsQuestion question;
  std::string bytes;  // as it is sent on
  std::uint16_t id = 0;
  bool edns = false;
  std::vector<Client> clients;
  std::vector<Upstream> servers;
  std::size_t asked = 0;   // of the servers, the last one
  unsigned asked_all = 0;  // how many answers may come, and one; 0: one was asked
  std::int64_t since = 0;
  host::UdpPtr socket;
  bool over = false;

 private:
  Server& server_;
};

// One that came over TCP is sent on over TCP, to one server after the other (tcp_request(), in a process of its own).
class Server::OverTcp {
 public:
  explicit OverTcp(Server& server) : exchange(server.machine_, server.owner(10), [](const std::string&, bool) {}) {}

  control::DnsExchange exchange;
  bool over = false;
};

}  // namespace lvs::dnsmasq
