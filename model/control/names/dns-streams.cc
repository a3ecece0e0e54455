// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/names/dns-streams.h"

#include <utility>

#include "base/bytes.h"
#include "control/machine/alarm.h"
#include "control/machine/machine.h"

namespace lvs::control {

using host::SocketError;

namespace {

constexpr std::size_t kLengthSize = 2, kMostConnections = 150, kMostUnsent = 1 << 20;

}  // namespace

class DnsStreams::Connection final : public host::SocketUser {
 public:
  Connection(DnsStreams& all, std::uint64_t number, host::TcpPtr socket)
      : all_(all), number_(number), socket_(std::move(socket)), alarm_(all.machine_.host(), [this] { close(); }) {
    socket_->user = this;
    socket_->set_no_delay(true);
    from_ = socket_->remote();
    to_ = socket_->local();
    alarm_.set_after(all_.idle_);
  }

  void send(const std::string& message) {
    if (out_.size() > kMostUnsent) return close();
    out_ += static_cast<char>(message.size() >> 8);
    out_ += static_cast<char>(message.size() & 0xff);
    out_ += message;
    pump();
  }

  void socket_ready() override {
    if (!socket_) return;
    pump();
    if (!socket_) return;
    SocketError error = SocketError::none;
    while (socket_->read(in_, 1 << 16, error) != 0) alarm_.set_after(all_.idle_);
    const bool ended = error != SocketError::again;
    while (socket_ && in_.size() >= kLengthSize) {
      const std::size_t size = base::load_be16(reinterpret_cast<const std::uint8_t*>(in_.data()));
      if (in_.size() < kLengthSize + size) break;
      const Asked asked{number_, from_, to_, in_.substr(kLengthSize, size)};
      in_.erase(0, kLengthSize + size);
      all_.take_(asked);
    }
    if (ended) close();
  }

 private:
  void pump() {
    SocketError error = SocketError::none;
    while (!out_.empty()) {
      const std::size_t size = socket_->write(out_, error);
      if (size == 0) break;
      out_.erase(0, size);
    }
    if (!out_.empty() && error != SocketError::again) close();
  }
  void close() {
    if (!socket_) return;
    alarm_.clear();
    socket_.reset();
    all_.close(number_);
  }

  DnsStreams& all_;
  std::uint64_t number_;
  host::TcpPtr socket_;
  host::SocketAddress from_, to_;
  std::string in_, out_;
  Alarm alarm_;
};

DnsStreams::DnsStreams(Machine& machine, host::SocketOwner owner, base::Time idle, Take take)
    : machine_(machine), owner_(owner), idle_(idle), take_(std::move(take)) {}
DnsStreams::~DnsStreams() = default;

SocketError DnsStreams::listen(const host::SocketAddress& at, unsigned backlog) {
  host::TcpPtr socket = machine_.sockets().tcp(this, owner_);
  socket->set_reuse(true, false);
  SocketError error = socket->bind(at);
  if (error == SocketError::none) error = socket->listen(backlog);
  if (error == SocketError::none) listeners_.push_back(std::move(socket));
  return error;
}

void DnsStreams::socket_ready() {
  over_.clear();
  for (const host::TcpPtr& listener : listeners_) {
    while (host::TcpPtr socket = listener->accept()) {
      if (connections_.size() >= kMostConnections) continue;
      const std::uint64_t number = ++last_;
      auto& connection = connections_[number];
      connection = std::make_unique<Connection>(*this, number, std::move(socket));
      connection->socket_ready();
    }
  }
}

void DnsStreams::reply(std::uint64_t connection, const std::string& message) {
  if (const auto found = connections_.find(connection); found != connections_.end()) found->second->send(message);
}

void DnsStreams::close(std::uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  over_.push_back(std::move(found->second));
  connections_.erase(found);
}

}  // namespace lvs::control
