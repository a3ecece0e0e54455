// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/stream-session.h"

#include <fmt/format.h>

#include <utility>

#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/upstream/socket-errors.h"

namespace lvs::nginx {
namespace {

using host::SocketError;
using host::TcpState;

constexpr std::uint64_t kBuffer = 16384;
constexpr unsigned kDone = 200, kWrong = 500, kBadGateway = 502;

}  // namespace

StreamSession::StreamSession(Worker& worker, host::TcpPtr client, const StreamServerConf& conf)
    : StreamBase(worker, conf, client->local(), client->remote(), false),
      client_{std::move(client), {}, false},
      alarm_(worker.host(), [this] { on_alarm(); }) {
  client_.socket->user = this;
  client_.socket->owner = worker.owner();
}

void StreamSession::begin() {
  if (conf_.answer) return answer();
  client_.socket->set_no_delay(conf_.tcp_nodelay.value_or(true));
  if (!find_pass()) return finish(kWrong);
  make_choice();
  connect();
}

// return TEXT; what the client says is never read.
void StreamSession::answer() {
  client_.to_write = conf_.answer->value([this](const Piece& piece) { return variable(piece); });
  connected_ = true;
  server_.ended = true;
  pump();
}

void StreamSession::connect() {
  const UpstreamServer* const server = next_server();
  if (server == nullptr) return finish(kBadGateway);
  server_ = {};
  server_.socket = worker_.open_tcp(this);
  worker_.next_number();
  const SocketError error = server_.socket->connect(server->address);
  if (error != SocketError::none) {
    this->error(LogLevel::error,
                fmt::format("connect() to {} failed ({}: {})", server->name, errno_of(error), text_of(error)),
                "connecting to upstream");
    return next(false);
  }
  alarm_.set_after(conf_.connect_timeout.value_or(std::chrono::seconds(60)));
}

void StreamSession::next(bool timed_out) {
  alarm_.clear();
  server_ = {};
  if (!may_go_on(timed_out)) return finish(kBadGateway);
  connect();
}

void StreamSession::socket_ready() {
  if (over_) return;
  if (connected_) return pump();
  if (!server_.socket) return;
  if (server_.socket->failed()) {
    const SocketError error = server_.socket->take_error();
    this->error(LogLevel::error, fmt::format("connect() failed ({}: {})", errno_of(error), text_of(error)),
                "connecting to upstream");
    return next(false);
  }
  const TcpState state = server_.socket->state();
  if (state == TcpState::syn_sent || state == TcpState::syn_recv) return;
  connected_ = true;
  asked_.back().connect = worker_.now() - asked_.back().since;
  server_.socket->set_no_delay(conf_.tcp_nodelay.value_or(true));
  // Sent before anything of the client's (ngx_proxy_protocol_write()).
  if (conf_.proxy_protocol.value_or(false))
    server_.to_write =
        fmt::format("PROXY TCP4 {} {} {} {}\r\n", remote_.addr.text(), local_.addr.text(), remote_.port, local_.port);
  alarm_.set_after(conf_.timeout.value_or(std::chrono::minutes(10)));
  pump();
}

// True: something moved.
bool StreamSession::move(Side& from, Side& to, std::uint64_t& in, std::uint64_t& out) {
  bool moved = false;
  for (;;) {
    SocketError error = SocketError::none;
    if (!to.to_write.empty() && to.socket) {
      const std::size_t size = to.socket->write(to.to_write, error);
      if (size == 0 && error != SocketError::again) {
        to.ended = from.ended = true;
        to.to_write.clear();
        return moved;
      }
      to.to_write.erase(0, size);
      out += size;
      moved = moved || size > 0;
    }
    const std::uint64_t room =
        conf_.buffer_size.value_or(kBuffer) - std::min(conf_.buffer_size.value_or(kBuffer), to.to_write.size());
    if (!from.socket || from.ended || room == 0) return moved;
    const std::size_t size = from.socket->read(to.to_write, room, error);
    if (size == 0) {
      if (error != SocketError::again) {
        from.ended = true;
        if (error != SocketError::none)
          this->error(LogLevel::error, fmt::format("recv() failed ({}: {})", errno_of(error), text_of(error)),
                      "proxying connection");
      }
      if (to.to_write.empty() || from.ended) return moved;
      return moved;
    }
    in += size;
    moved = true;
  }
}

void StreamSession::pump() {
  if (conf_.answer) {
    std::uint64_t none = 0;
    move(server_, client_, none, sent_);
    if (client_.ended || client_.to_write.empty()) finish(kDone);
    return;
  }
  Asked& asked = asked_.back();
  bool moved = move(client_, server_, received_, asked.sent);
  moved = move(server_, client_, asked.received, sent_) || moved;
  note_answer(asked.received);
  if (moved) alarm_.set_after(conf_.timeout.value_or(std::chrono::minutes(10)));
  // One side has ended, and the other has all of it.
  const bool half = conf_.half_close.value_or(false) && !(client_.ended && server_.ended);
  if (half) {
    if (client_.ended && server_.to_write.empty() && server_.socket) server_.socket->shut_write();
    if (server_.ended && client_.to_write.empty()) client_.socket->shut_write();
    return;
  }
  if (!client_.ended && !server_.ended) return;
  if (!client_.ended && !client_.to_write.empty()) return;
  if (!server_.ended && !server_.to_write.empty()) return;
  if (client_.ended && !server_.to_write.empty() && server_.socket && !server_.ended) return;
  finish(kDone);
}

void StreamSession::finish(unsigned status) {
  if (over_) return;
  over_ = true;
  alarm_.clear();
  if (choice_) choice_->release(Choice::Verdict::good, worker_.seconds());
  log(status);
  server_.socket.reset();
  client_.socket.reset();
  worker_.bury(*this);
}

void StreamSession::on_alarm() {
  if (!connected_) return next(true);
  this->error(LogLevel::info, "connection timed out (110: Connection timed out)", "proxying connection");
  finish(kDone);
}

}  // namespace lvs::nginx
