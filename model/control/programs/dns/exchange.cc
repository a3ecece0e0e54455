// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/dns/exchange.h"

#include <fmt/format.h>

#include <utility>

#include "control/machine/machine.h"

namespace lvs::control {

using host::SocketError;

DnsExchange::DnsExchange(Machine& machine, host::SocketOwner owner, Failed failed)
    : machine_(machine),
      owner_(owner),
      failed_(std::move(failed)),
      alarm_(machine.host(), [this] { this->failed("timed out"); }) {}

void DnsExchange::ask(const wire::DnsMessage& question, Setting setting, Done done) {
  question_ = question;
  setting_ = std::move(setting);
  done_ = std::move(done);
  server_ = 0;
  tried_ = 0;
  send();
}

void DnsExchange::send() {
  socket_ = machine_.sockets().udp(this, owner_);
  socket_->discovers_mtu = false;  // IP_PMTUDISC_OMIT
  sent_ = machine_.host().now();
  // epoll_wait(2) is late by up to a thousandth, as the kernel likes to wake up once for many.
  base::Time wait = setting_.wait;
  if (machine_.host().ticks()) wait += std::min<base::Time>(wait / 1000, std::chrono::milliseconds(100));
  alarm_.set_after(wait);
  SocketError error = socket_->connect(setting_.servers[server_]);
  if (error == SocketError::none) error = socket_->send(write_dns(question_));
  if (error == SocketError::none) return;
  failed(error == SocketError::net_unreachable    ? "network unreachable"
         : error == SocketError::host_unreachable ? "host unreachable"
         : error == SocketError::access           ? "permission denied"
                                                  : "failure");
}

void DnsExchange::failed(std::string_view why) {
  alarm_.clear();
  failed_(setting_.servers[server_], why);
  if (++tried_ == setting_.tries) {
    tried_ = 0;
    if (++server_ == setting_.servers.size()) return finish({});
  }
  send();
}

void DnsExchange::socket_ready() {
  while (socket_ != nullptr) {
    host::UdpSocket::Datagram datagram;
    const SocketError error = socket_->receive(datagram);
    if (error == SocketError::again) return;
    if (error == SocketError::refused) return failed("connection refused");
    if (error != SocketError::none) return failed("host unreachable");
    auto reply = wire::read_dns(datagram.data);
    if (!reply || reply->id != question_.id || !reply->has(wire::dns_flag::qr)) continue;
    return finish({std::move(reply), datagram.data.size(), datagram.from, machine_.host().now() - sent_});
  }
}

void DnsExchange::finish(const Outcome& outcome) {
  alarm_.clear();
  socket_.reset();
  const Outcome kept = outcome;
  std::exchange(done_, {})(kept);
}

DnsExchange::Failed say_failed_try(Io& io) {
  return [&io](const host::SocketAddress& server, std::string_view why) {
    io.print(fmt::format(";; communications error to {}#{}: {}\n", server.addr.text(), server.port, why));
  };
}

}  // namespace lvs::control
