// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/http-session.h"

#include <algorithm>
#include <utility>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/worker.h"

namespace lvs::nginx {
namespace {

using host::SocketError;

constexpr std::size_t kPiece = 16384;
constexpr base::Time kHeaderTimeout = std::chrono::seconds(60), kSendTimeout = std::chrono::seconds(60),
                     kBodyTimeout = std::chrono::seconds(60), kKeepalive = std::chrono::seconds(75),
                     kLingering = std::chrono::seconds(5);

RequestParser::Rules rules_of(const ServerConf& server) {
  RequestParser::Rules rules;
  rules.first_buffer = server.header_buffer.value_or(1024);
  rules.large_count = server.large_buffers.value_or(std::pair<std::uint64_t, std::uint64_t>{4, 8192}).first;
  rules.large_size = server.large_buffers.value_or(std::pair<std::uint64_t, std::uint64_t>{4, 8192}).second;
  rules.underscores = server.underscores.value_or(false);
  rules.ignore_invalid = server.ignore_invalid.value_or(true);
  rules.merge_slashes = server.merge_slashes.value_or(true);
  return rules;
}

}  // namespace

HttpSession::HttpSession(Worker& worker, host::TcpPtr socket, const ListenPoint& point)
    : worker_(worker),
      socket_(std::move(socket)),
      point_(point),
      local_(socket_->local()),
      remote_(socket_->remote()),
      number_(worker.next_number()),
      since_(worker.now()),
      parser_(rules_of(*point.servers.front())),
      alarm_(worker.host(), [this] { on_alarm(); }),
      again_(worker.host(), [this] { next_request(); }) {
  socket_->user = this;
  socket_->owner = worker.owner();
}

HttpSession::~HttpSession() = default;

void HttpSession::begin() {
  wait(point_.servers.front()->client_header_timeout.value_or(kHeaderTimeout));
  socket_ready();
}

bool HttpSession::client_has_gone() const {
  return socket_->failed() || socket_->hung_up() || socket_->state() == host::TcpState::close_wait ||
         socket_->state() == host::TcpState::close;
}

void HttpSession::socket_ready() {
  switch (phase_) {
    case Phase::idle:
    case Phase::head: return read_head();
    case Phase::body: return read_body();
    case Phase::answer: {
      pump();
      if (phase_ == Phase::answer && exchange_ && !complete_ && client_has_gone()) exchange_->client_gone();
      return;
    }
    case Phase::lingering: {
      in_.clear();
      SocketError error = SocketError::none;
      while (socket_->read(in_, kPiece, error) != 0) in_.clear();
      if (error != SocketError::again) close();
      return;
    }
    case Phase::over: return;
  }
}

// What has come is in in_. False: nothing more will, and the connection has been given up where nothing is to be said.
bool HttpSession::receive() {
  SocketError error = SocketError::none;
  constexpr std::size_t kMost = 1 << 20;
  while (in_.size() < kMost && socket_->read(in_, kPiece, error) != 0) {
  }
  return error == SocketError::again || in_.size() >= kMost;
}

void HttpSession::read_head() {
  const bool open = receive();
  if (!in_.empty()) {
    if (phase_ == Phase::idle) {
      phase_ = Phase::head;
      wait(point_.servers.front()->client_header_timeout.value_or(kHeaderTimeout));
    }
    if (request_since_ == base::Time{}) request_since_ = worker_.now();
    switch (parser_.parse(in_)) {
      case RequestParser::State::done: return begin_exchange();
      case RequestParser::State::failed: return refuse(parser_.status());
      case RequestParser::State::more: break;
    }
  }
  if (open) return;
  // The client has gone before its request was whole.
  if (!in_.empty() && !socket_->failed()) return refuse(400);
  close();
}

void HttpSession::refuse(unsigned status) {
  ++requests_;
  in_.clear();
  alarm_.clear();
  phase_ = Phase::answer;
  complete_ = false;
  exchange_ = std::make_unique<Exchange>(*this, std::move(parser_.head()), request_since_);
  exchange_->finish(status);
}

void HttpSession::begin_exchange() {
  ++requests_;
  alarm_.clear();
  const RequestHead& head = parser_.head();
  in_.erase(0, head.size);
  const bool has_body = head.chunked || head.length.value_or(0) > 0;
  const bool expects = head.expects && head.version >= 11;
  phase_ = Phase::answer;
  complete_ = false;
  exchange_ = std::make_unique<Exchange>(*this, std::move(parser_.head()), request_since_);
  if (!has_body) return exchange_->run({});
  if (!exchange_->accepts_body()) return;
  phase_ = Phase::body;
  body_.clear();
  dechunker_ = {};
  if (expects) send("HTTP/1.1 100 Continue\r\n\r\n");
  wait(exchange_->body_timeout());
  read_body();
}

void HttpSession::read_body() {
  const bool open = receive();
  const RequestHead& head = exchange_->head();
  bool whole = false, bad = false;
  if (head.chunked) {
    std::string_view rest = in_;
    const auto state = dechunker_.take(rest, body_);
    in_.erase(0, in_.size() - rest.size());
    whole = state == Dechunker::State::done;
    bad = state == Dechunker::State::failed;
  } else {
    const std::size_t size = std::min<std::uint64_t>(in_.size(), *head.length - body_.size());
    body_.append(in_, 0, size);
    in_.erase(0, size);
    whole = body_.size() == *head.length;
  }
  if (bad || whole || body_.size() > exchange_->most_body()) {
    alarm_.clear();
    phase_ = Phase::answer;
    if (bad) return exchange_->finish(400);
    if (body_.size() > exchange_->most_body()) return exchange_->finish(413);
    return exchange_->run(std::move(body_));
  }
  if (open) return wait(exchange_->body_timeout());
  phase_ = Phase::answer;
  exchange_->abort(400);
}

void HttpSession::send(std::string_view text) {
  out_ += text;
  pump();
}

// As much as the socket takes.
void HttpSession::pump() {
  if (phase_ == Phase::over || pumping_) return;
  pumping_ = true;
  const std::size_t before = written_;
  bool broken = false;
  while (written_ < out_.size()) {
    SocketError error = SocketError::none;
    const std::size_t size = socket_->write(std::string_view(out_).substr(written_), error);
    if (size == 0) {
      broken = error != SocketError::again;
      break;
    }
    written_ += size;
  }
  sent_ += written_ - before;
  pumping_ = false;
  if (broken) {
    if (exchange_) return exchange_->client_gone();
    return close();
  }
  if (written_ == out_.size()) {
    out_.clear();
    written_ = 0;
    if (phase_ == Phase::answer) alarm_.clear();
    if (complete_ && phase_ == Phase::answer) return after_answer();
    if (before != 0 && exchange_ && phase_ == Phase::answer) exchange_->sent();
    return;
  }
  constexpr std::size_t kSlack = 1 << 16;
  if (written_ > kSlack && written_ > out_.size() / 2) {
    out_.erase(0, written_);
    written_ = 0;
  }
  if (phase_ == Phase::answer && exchange_) {
    if (written_ != before || !alarm_.is_set()) wait(exchange_->send_timeout());
    if (written_ != before) exchange_->sent();
  }
}

void HttpSession::answered(bool keep) {
  complete_ = true;
  keep_ = keep;
  if (unsent() == 0) after_answer();
}

// The exchange lives on until it has returned to whoever called it.
void HttpSession::after_answer() {
  complete_ = false;
  done_ = std::exchange(exchange_, nullptr);
  done_->log();
  alarm_.clear();
  // A request that is here already is answered whatever the client has said since.
  if (!keep_ || worker_.quitting() || (in_.empty() && client_has_gone())) {
    // Who has more to say would answer a close with an RST.
    if (client_has_gone() || (!done_->lingers() && !socket_->readable())) return close();
    socket_->shut_write();
    phase_ = Phase::lingering;
    return wait(kLingering);
  }
  socket_->set_no_delay(done_->no_delay());
  parser_ = RequestParser(rules_of(*point_.servers.front()));
  request_since_ = {};
  phase_ = Phase::idle;
  wait(done_->keepalive());
  again_.set_after({});
}

void HttpSession::next_request() {
  if (phase_ == Phase::over) return;
  if (!exchange_) done_.reset();
  if (phase_ == Phase::idle) read_head();
}

void HttpSession::give_up() {
  if (exchange_) {
    done_ = std::exchange(exchange_, nullptr);
    done_->log();
  }
  close();
}

void HttpSession::close() {
  if (phase_ == Phase::over) return;
  phase_ = Phase::over;
  alarm_.clear();
  again_.clear();
  socket_.reset();
  worker_.bury(*this);
}

void HttpSession::drain() {
  if (phase_ == Phase::idle || (phase_ == Phase::head && in_.empty())) close();
}

void HttpSession::on_alarm() {
  switch (phase_) {
    case Phase::head:
      if (in_.empty()) return close();
      ++requests_;
      phase_ = Phase::answer;
      exchange_ = std::make_unique<Exchange>(*this, std::move(parser_.head()), request_since_);
      return exchange_->abort(408);
    case Phase::body:
    case Phase::answer:
      phase_ = Phase::answer;
      if (exchange_) return exchange_->abort(408);
      return close();
    default: return close();
  }
}

}  // namespace lvs::nginx
