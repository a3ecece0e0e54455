// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/kernel/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemons/ktcpvs/kernel/persistent.h"
#include "daemons/ktcpvs/table/schedule.h"

namespace lvs::ktcpvs {
namespace {

using host::SocketError;
using host::TcpState;

constexpr base::Time kReadTimeout = std::chrono::seconds(180);  // net.ktcpvs.read_timeout
constexpr std::size_t kPage = 4096, kMostRead = 65536;

// wlc: at accept().
class WlcConnection final : public Connection {
 public:
  using Connection::Connection;

 private:
  void choose() override {
    DestinationPtr destination = least_loaded(daemon_.service().destinations);
    if (!destination) return nobody();
    connect(std::move(destination), true);
  }
};

// http, hhttp: by the line of the first request, if all of it has come with the first bytes.
class ContentConnection final : public Connection {
 public:
  using Connection::Connection;

 private:
  void choose() override {
    const std::string_view bytes = client_->waiting().substr(0, kPage - 1);
    if (bytes.empty()) {
      if (!open(*client_)) return finish(true);
      if (client_->at_end()) finish(false);
      return;
    }
    const RequestLine request = read_request(bytes);
    if (!request.ok) {
      daemon_.module().tell_limited("cannot parse http request");
      return nobody();
    }
    const Service& service = daemon_.service();
    DestinationPtr destination = service.scheduler == Scheduler::hhttp ? by_hash(service.rules, request.uri)
                                                                       : by_rule(service.rules, request.uri);
    if (!destination) return nobody();
    connect(std::move(destination), true);
  }
};

}  // namespace

std::unique_ptr<Connection> make_connection(ServiceDaemon& daemon, host::TcpPtr client) {
  switch (daemon.service().scheduler) {
    case Scheduler::wlc: return std::make_unique<WlcConnection>(daemon, std::move(client));
    case Scheduler::phttp: return std::make_unique<PersistentConnection>(daemon, std::move(client));
    case Scheduler::http:
    case Scheduler::hhttp: break;
  }
  return std::make_unique<ContentConnection>(daemon, std::move(client));
}

Connection::Connection(ServiceDaemon& daemon, host::TcpPtr client)
    : daemon_(daemon), client_(std::move(client)), alarm_(daemon.module().host(), [this] { on_alarm(); }) {
  client_->user = this;
  client_->in_kernel = true;
}

void Connection::begin() {
  if (client_->state() == TcpState::established) return choose();
  finish(client_->state() != TcpState::close_wait);
}

bool Connection::open(const host::TcpSocket& socket) {
  return socket.state() == TcpState::established || socket.state() == TcpState::close_wait;
}

void Connection::socket_ready() {
  if (over_) return;
  switch (stage_) {
    case Stage::choosing: return choose();
    case Stage::relaying: return relay();
    case Stage::connecting: break;
  }
  if (server_->failed() || server_->state() == TcpState::close) {
    const host::SocketAddress& to = destination_->address;
    daemon_.module().tell(fmt::format("Error connecting to the remote host: addr={} port={}", to.addr.text(), to.port));
    daemon_.module().tell_limited("The destination is not available");
    stage_ = Stage::choosing;
    server_.reset();
    return unavailable();
  }
  if (server_->state() == TcpState::syn_sent || server_->state() == TcpState::syn_recv) return;
  stage_ = Stage::choosing;
  if (counted_) ++destination_->connections;
  connected();
}

void Connection::connect(DestinationPtr destination, bool counted) {
  destination_ = std::move(destination);
  counted_ = counted;
  stage_ = Stage::connecting;
  server_ = daemon_.module().open_tcp(this);
  if (server_->connect(destination_->address) == SocketError::none) return;
  counted_ = false;
  stage_ = Stage::choosing;
  server_.reset();
  daemon_.module().tell_limited("The destination is not available");
  unavailable();
}

bool Connection::flush(std::string& text, host::TcpSocket& socket) {
  while (!text.empty()) {
    SocketError error = SocketError::none;
    const std::size_t size = socket.write(text, error);
    if (size == 0) {
      if (error != SocketError::again) finish(false);
      return false;
    }
    text.erase(0, size);
  }
  return true;
}

// False: the peer has ended.
bool Connection::move(host::TcpSocket& from, std::string& to, bool& moved) {
  if (from.waiting().empty()) return !from.at_end();
  SocketError error = SocketError::none;
  moved = from.read(to, kMostRead, error) > 0 || moved;
  return true;
}

// One thread for both directions: while it cannot write, it reads nothing.
void Connection::relay() {
  stage_ = Stage::relaying;
  for (;;) {
    if (!flush(to_client_, *client_) || !flush(to_server_, *server_)) return;
    if (!open(*server_) || !open(*client_)) return finish(false);
    bool moved = false;
    if (!move(*server_, to_client_, moved)) return finish(false);
    if (!flush(to_client_, *client_)) return;
    if (!move(*client_, to_server_, moved)) return finish(false);
    if (moved) {
      alarm_.set_after(kReadTimeout);
      continue;
    }
    if (!alarm_.is_set()) alarm_.set_after(kReadTimeout);
    return;
  }
}

void Connection::on_alarm() { finish(false); }

void Connection::nobody() {
  daemon_.module().tell("no destination available");
  daemon_.module().tell_limited("Error handling connection");
  finish(true);
}

void Connection::finish(bool thread_dies) {
  if (std::exchange(over_, true)) return;
  alarm_.clear();
  if (counted_ && server_ && destination_->connections > 0) --destination_->connections;
  server_.reset();
  client_.reset();
  daemon_.over(*this, thread_dies);
}

}  // namespace lvs::ktcpvs
