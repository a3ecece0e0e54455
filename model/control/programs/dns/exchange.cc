// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/dns/exchange.h"

#include <fmt/format.h>

#include <utility>

#include "base/bytes.h"
#include "control/machine/machine.h"

namespace lvs::control {

using host::SocketError;

namespace {

constexpr auto kWaitDatagram = std::chrono::seconds(5), kWaitStream = std::chrono::seconds(10);
constexpr std::size_t kLength = 2;  // in front of a message over TCP (RFC 1035, 4.2.2)

std::string_view reason(SocketError error) {
  switch (error) {
    case SocketError::net_unreachable: return "network unreachable";
    case SocketError::host_unreachable: return "host unreachable";
    case SocketError::access: return "permission denied";
    case SocketError::refused: return "connection refused";
    case SocketError::reset: return "connection reset";
    case SocketError::timed_out: return "timed out";
    default: return "failure";
  }
}

}  // namespace

DnsExchange::DnsExchange(Machine& machine, host::SocketOwner owner, Say say)
    : machine_(machine), owner_(owner), say_(std::move(say)), alarm_(machine.host(), [this] {
        if (tcp_ && !connected_) return no_connection("timed out");
        failed("timed out");
      }) {}

void DnsExchange::ask(const wire::DnsMessage& question, Setting setting, Done done) {
  question_ = question;
  setting_ = std::move(setting);
  done_ = std::move(done);
  server_ = 0;
  tried_ = 0;
  send();
}

void DnsExchange::send() {
  udp_.reset();
  tcp_.reset();
  in_.clear();
  connected_ = false;
  sent_ = machine_.host().now();
  // epoll_wait(2) is late by up to a thousandth, as the kernel likes to wake up once for many.
  base::Time wait = setting_.wait.value_or(setting_.tcp ? kWaitStream : kWaitDatagram);
  if (machine_.host().ticks()) wait += std::min<base::Time>(wait / 1000, std::chrono::milliseconds(100));
  alarm_.set_after(wait);
  if (setting_.tcp) {
    tcp_ = machine_.sockets().tcp(this, owner_);
    tcp_->set_no_delay(true);
    const SocketError error = tcp_->connect(setting_.servers[server_]);
    if (error != SocketError::none) no_connection(reason(error));
    return;
  }
  if (const SocketError error = send_datagram(); error != SocketError::none) failed(reason(error));
}

SocketError DnsExchange::send_datagram() {
  udp_ = machine_.sockets().udp(this, owner_);
  udp_->discovers_mtu = false;  // IP_PMTUDISC_OMIT
  const SocketError error = udp_->connect(setting_.servers[server_]);
  return error == SocketError::none ? udp_->send(write_dns(question_)) : error;
}

void DnsExchange::no_connection(std::string_view why) {
  const host::SocketAddress& server = setting_.servers[server_];
  const std::string address = server.addr.text();
  const std::string& name = question_.questions.front().name;
  say_(fmt::format("Connection to {}#{}({}) for {} failed: {}.", address, server.port,
                   setting_.typed.empty() ? address : setting_.typed, name.empty() ? "." : name, why),
       false);
  say_("no servers could be reached", false);
  next_try(true);
}

void DnsExchange::failed(std::string_view why) {
  const host::SocketAddress& server = setting_.servers[server_];
  say_(fmt::format("communications error to {}#{}: {}", server.addr.text(), server.port, why), false);
  next_try(false);
}

void DnsExchange::next_try(bool said) {
  alarm_.clear();
  if (++tried_ == setting_.tries) {
    tried_ = 0;
    if (++server_ == setting_.servers.size()) {
      Outcome nothing;
      nothing.said = said;
      return finish(nothing);
    }
  }
  send();
}

void DnsExchange::socket_ready() {
  if (tcp_) return stream();
  datagrams();
}

void DnsExchange::datagrams() {
  while (udp_ != nullptr) {
    host::UdpSocket::Datagram datagram;
    const SocketError error = udp_->receive(datagram);
    if (error == SocketError::again) return;
    if (error == SocketError::refused) {
      if (setting_.once_if_refused) tried_ = setting_.tries - 1;
      return failed("connection refused");
    }
    if (error != SocketError::none) return failed("host unreachable");
    if (take(datagram.data, datagram.from)) return;
  }
}

void DnsExchange::stream() {
  if (!connected_) {
    if (tcp_->failed()) return no_connection(reason(tcp_->take_error()));
    if (!tcp_->writable()) return;
    connected_ = true;
    sent_ = machine_.host().now();
    std::string bytes = write_dns(question_);
    bytes.insert(0, {static_cast<char>(bytes.size() >> 8), static_cast<char>(bytes.size() & 0xff)});
    SocketError error = SocketError::none;
    if (tcp_->write(bytes, error) != bytes.size()) return failed(reason(error));
  }
  SocketError error = SocketError::none;
  while (tcp_->read(in_, 1 << 16, error) != 0) {
    if (in_.size() < kLength) continue;
    const std::size_t size = base::load_be16(reinterpret_cast<const std::uint8_t*>(in_.data()));
    if (in_.size() < kLength + size) continue;
    if (take(std::string_view(in_).substr(kLength, size), setting_.servers[server_])) return;
    return failed("failure");
  }
  if (error == SocketError::none) return failed("end of file");
  if (error != SocketError::again) failed(reason(error));
}

bool DnsExchange::take(std::string_view bytes, const host::SocketAddress& from) {
  auto reply = wire::read_dns(bytes);
  if (!reply || reply->id != question_.id || !reply->has(wire::dns_flag::qr)) return false;
  if (udp_ && reply->has(wire::dns_flag::tc) && !setting_.keep_truncated) {
    say_("Truncated, retrying in TCP mode.", true);
    setting_.tcp = true;
    tried_ = 0;
    server_ = 0;
    question_.id = static_cast<std::uint16_t>(machine_.host().rng.next());
    take_cookie(*reply);
    send();
    return true;
  }
  Outcome outcome;
  outcome.reply = std::move(reply);
  outcome.bytes = bytes;
  outcome.server = from;
  outcome.took = machine_.host().now() - sent_;
  outcome.tcp = tcp_ != nullptr;
  finish(outcome);
  return true;
}

// The question that is asked again has both halves of the cookie.
void DnsExchange::take_cookie(const wire::DnsMessage& reply) {
  const wire::DnsRecord* const theirs = reply.opt();
  if (theirs == nullptr || !theirs->data.starts_with(std::string("\0\x0a\0\x18", 4))) return;
  for (wire::DnsRecord& each : question_.additional)
    if (each.type == theirs->type && !each.data.empty()) each.data = theirs->data.substr(0, 28);
}

void DnsExchange::finish(const Outcome& outcome) {
  alarm_.clear();
  udp_.reset();
  tcp_.reset();
  const Outcome kept = outcome;
  std::exchange(done_, {})(kept);
}

DnsExchange::Say say_on(Io& io, bool comments) {
  return [&io, comments](const std::string& line, bool comment) {
    if (comments || !comment) io.print(";; " + line + "\n");
  };
}

}  // namespace lvs::control
