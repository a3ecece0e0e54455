// SPDX-License-Identifier: GPL-2.0-or-later
// Datagrams of one client on their way to a server and back.
#include <fmt/format.h>

#include <utility>

#include "daemons/nginx/daemon/stream-session.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/upstream/socket-errors.h"

namespace lvs::nginx {

using host::SocketError;

UdpStreamSession::UdpStreamSession(Worker& worker, host::UdpSocket& listener, const StreamServerConf& conf,
                                   const host::SocketAddress& remote)
    : StreamBase(worker, conf, listener.local(), remote, true),
      listener_(listener),
      alarm_(worker.host(), [this] { timed_out(); }) {}

// An end as it should be, unless answers are missing that were asked for.
void UdpStreamSession::timed_out() {
  if (!server_ || !conf_.responses || responses_ >= *conf_.responses * requests_) return finish(200);
  error(LogLevel::error, "upstream timed out (110: Connection timed out)", "proxying connection");
  finish(502);
}

void UdpStreamSession::take(std::string data) {
  received_ += data.size();
  ++requests_;
  if (conf_.answer) {
    const std::string text = conf_.answer->value([this](const Piece& piece) { return variable(piece); });
    sent_ += text.size();
    listener_.send(text, remote_);
    return finish(200);
  }
  if (!choice_) {
    if (!find_pass()) return finish(500);
    make_choice();
  }
  while (!server_) {
    const UpstreamServer* const server = next_server();
    if (server == nullptr) return finish(502);
    server_ = worker_.computer().sockets().udp(this, worker_.owner());
    worker_.next_number();
    const SocketError failed = server_->connect(server->address);
    if (failed == SocketError::none) {
      asked_.back().connect = base::Time{};
      break;
    }
    error(LogLevel::error,
          fmt::format("connect() to {} failed ({}: {})", server->name, errno_of(failed), text_of(failed)),
          "connecting to upstream");
    server_.reset();
    if (!may_go_on(false)) return finish(502);
  }
  const SocketError failed = server_->send(data);
  if (failed != SocketError::none) {
    error(LogLevel::error, fmt::format("send() failed ({}: {})", errno_of(failed), text_of(failed)),
          "proxying connection");
    return finish(502);
  }
  asked_.back().sent += data.size();
  if (conf_.requests && requests_ >= *conf_.requests) full_ = true;
  if (conf_.responses == 0U) return finish(200);
  alarm_.set_after(conf_.timeout.value_or(std::chrono::minutes(10)));
}

void UdpStreamSession::socket_ready() {
  while (!over_ && server_) {
    host::UdpSocket::Datagram datagram;
    const SocketError failed = server_->receive(datagram);
    if (failed == SocketError::again) return;
    if (failed != SocketError::none) {
      error(LogLevel::error, fmt::format("recv() failed ({}: {})", errno_of(failed), text_of(failed)),
            "proxying and reading from upstream");
      // An error ends what can be read, and the client gets that end: an empty datagram.
      datagram.data.clear();
    }
    asked_.back().received += datagram.data.size();
    note_answer(asked_.back().received);
    sent_ += datagram.data.size();
    ++responses_;
    listener_.send(datagram.data, remote_);
    alarm_.set_after(conf_.timeout.value_or(std::chrono::minutes(10)));
    if (conf_.responses && responses_ >= *conf_.responses * requests_) return finish(200);
  }
}

void UdpStreamSession::finish(unsigned status) {
  if (std::exchange(over_, true)) return;
  alarm_.clear();
  if (choice_) choice_->release(status == 502 ? Choice::Verdict::failed : Choice::Verdict::good, worker_.seconds());
  log(status);
  server_.reset();
  worker_.bury(*this);
}

}  // namespace lvs::nginx
