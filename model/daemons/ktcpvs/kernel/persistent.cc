// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/kernel/persistent.h"

#include <algorithm>
#include <utility>

namespace lvs::ktcpvs {
namespace {

using host::SocketError;
using host::TcpState;

constexpr std::size_t kPage = 4096, kMostRead = 65536, kMostHead = 65536;

}  // namespace

void PersistentConnection::choose() {
  for (;;) {
    if (!flush(to_client_, *client_)) return;
    if (server_ && !flush(to_server_, *server_)) return;
    bool more = false;
    switch (step_) {
      case Step::line: more = take_line(); break;
      case Step::head: more = take_head(); break;
      case Step::body: more = take_body(); break;
      case Step::reply_head: more = take_reply_head(); break;
      case Step::reply_body: more = take_reply_body(); break;
    }
    if (!more || is_over()) return;
  }
}

bool PersistentConnection::read(host::TcpSocket& socket, std::string& buffer) {
  SocketError error = SocketError::none;
  if (socket.read(buffer, kMostRead, error) > 0) return true;
  if (error != SocketError::again) finish(false);
  return false;
}

bool PersistentConnection::take_line() {
  if (!first_ && in_.empty() && client_->waiting().empty()) {
    if (!open(*client_) || client_->at_end()) finish(false);
    return false;
  }
  if (!first_ && !client_->waiting().empty() && !read(*client_, in_)) return false;
  const std::string_view bytes = first_ ? client_->waiting() : std::string_view(in_);
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() >= kPage || !open(*client_) || client_->at_end()) finish(false);
    return false;
  }
  alarm_.clear();
  const RequestLine line = read_request_line(bytes.substr(0, end));
  if (!line.ok) return finish(false), false;
  DestinationPtr destination = by_rule(daemon_.service().rules, line.uri);
  if (!destination) {
    if (first_) {
      nobody();
    } else {
      finish(false);
    }
    return false;
  }
  old_ = line.version <= 1000;
  head_only_ = line.method == "HEAD";
  request_ = answer_ = {};
  step_ = Step::head;
  ask(std::move(destination));
  return server_ != nullptr && !old_ && server_->state() == TcpState::established;
}

// A connection that is there, or a new one.
void PersistentConnection::ask(DestinationPtr destination) {
  if (!old_) {
    while (host::TcpPtr link = daemon_.module().links().take(destination->address)) {
      if (link->state() != TcpState::established) continue;
      link->user = this;
      destination_ = std::move(destination);
      server_ = std::move(link);
      return;
    }
  }
  connect(std::move(destination), old_);
}

void PersistentConnection::connected() {
  if (old_) return relay();
  choose();
}

void PersistentConnection::unavailable() {
  if (first_ && !old_) return nobody();
  finish(false);
}

bool PersistentConnection::take_head() {
  if (!client_->waiting().empty() && !read(*client_, in_)) return false;
  first_ = false;
  const std::size_t end = in_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (in_.size() > kMostHead || !open(*client_) || client_->at_end()) finish(false);
    return false;
  }
  std::string_view lines = std::string_view(in_).substr(0, end + 2);
  while (!lines.empty()) {
    const std::size_t newline = lines.find("\r\n");
    read_header(lines.substr(0, newline), request_);
    lines.remove_prefix(newline + 2);
  }
  to_server_.append(in_, 0, end + 4);
  in_.erase(0, end + 4);
  body_.begin(request_);
  step_ = Step::body;
  return true;
}

bool PersistentConnection::take_body() {
  if (body_.over()) {
    reply_.clear();
    step_ = Step::reply_head;
    return true;
  }
  if (!client_->waiting().empty() && !read(*client_, in_)) return false;
  if (in_.empty()) {
    if (!open(*client_) || client_->at_end()) finish(false);
    return false;
  }
  body_.take(in_, to_server_);
  if (body_.broken()) finish(false);
  return !to_server_.empty() || body_.over();
}

bool PersistentConnection::take_reply_head() {
  if (!server_->waiting().empty() && !read(*server_, reply_)) return false;
  const std::size_t end = reply_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (reply_.size() > kMostHead || server_->at_end() || server_->state() == TcpState::close) finish(false);
    return false;
  }
  std::string_view lines = std::string_view(reply_).substr(0, end + 2);
  const StatusLine status = read_status_line(lines.substr(0, lines.find("\r\n")));
  if (!status.ok) return finish(false), false;
  status_ = status.status;
  while (!lines.empty()) {
    const std::size_t newline = lines.find("\r\n");
    read_header(lines.substr(0, newline), answer_);
    lines.remove_prefix(newline + 2);
  }
  to_client_.append(reply_, 0, end + 4);
  reply_.erase(0, end + 4);
  const bool none = head_only_ || status_ < 200 || status_ == 204 || status_ == 304;
  body_.begin(none ? MessageHead{} : answer_);
  step_ = Step::reply_body;
  return true;
}

bool PersistentConnection::take_reply_body() {
  if (body_.over()) return reply_is_over();
  if (!server_->waiting().empty() && !read(*server_, reply_)) return false;
  if (reply_.empty()) {
    if (server_->at_end() || server_->state() == TcpState::close) finish(false);
    return false;
  }
  body_.take(reply_, to_client_);
  if (body_.broken()) finish(false);
  return !to_client_.empty() || body_.over();
}

bool PersistentConnection::reply_is_over() {
  if (answer_.close) return finish(false), false;
  daemon_.module().links().put(destination_->address, std::move(server_));
  destination_.reset();
  if (request_.close || !open(*client_) || daemon_.service().stop) return finish(false), false;
  step_ = Step::line;
  alarm_.set_after(kKeepAlive);
  return true;
}

}  // namespace lvs::ktcpvs
