// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/http-session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/worker.h"

namespace lvs::nginx {
namespace {

using host::SocketError;

constexpr std::size_t kPiece = 16384;
constexpr base::Time kHeaderTimeout = std::chrono::seconds(60), kLingering = std::chrono::seconds(5);

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
      awaits_proxy_(point.proxy_protocol),
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
    case Phase::answer: pump(); return look_for_client();
    case Phase::discarding:
      if (discard()) finish_answer();
      return;
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

// False: what came first is none, and the connection is closed.
bool HttpSession::read_proxy_header() {
  if (!std::exchange(awaits_proxy_, false)) return true;
  if (auto header = take_proxy_header(in_)) {
    proxy_ = std::move(*header);
    return true;
  }
  const ServerConf& server = *point_.servers.front();
  worker_.error(server.base.settings.error_logs, LogLevel::error,
                fmt::format("*{} broken header: \"{}\" while reading PROXY protocol, client: {}, server: {}:{}",
                            number_, in_, remote_.addr.text(), point_.address.addr.text(), point_.address.port));
  close();
  return false;
}

void HttpSession::read_head() {
  const bool open = receive();
  if (!in_.empty() && !read_proxy_header()) return;
  if (!in_.empty()) {
    if (phase_ == Phase::idle) {
      phase_ = Phase::head;
      wait(point_.servers.front()->client_header_timeout.value_or(kHeaderTimeout));
    }
    if (request_since_ == base::Time{}) {
      request_since_ = worker_.now();
      worker_.note_request();
    }
    switch (parser_.parse(in_)) {
      case RequestParser::State::done: return begin_exchange();
      case RequestParser::State::failed: return refuse(parser_.status());
      case RequestParser::State::more: break;
    }
  }
  if (open) return;
  // The client has gone before its request was whole: it is told nothing.
  if (in_.empty() || socket_->failed()) return close();
  refuse(400, true);
}

void HttpSession::refuse(unsigned status, bool silently) {
  ++requests_;
  in_.clear();
  alarm_.clear();
  body_.reset();
  unread_ = expects_ = lingers_ = false;
  phase_ = Phase::answer;
  complete_ = false;
  exchange_ = std::make_unique<Exchange>(*this, std::move(parser_.head()), request_since_);
  if (silently) return exchange_->abort(status);
  exchange_->finish(status);
}

void HttpSession::begin_exchange() {
  ++requests_;
  alarm_.clear();
  const RequestHead& head = parser_.head();
  in_.erase(0, head.size);
  body_.reset();
  if (head.chunked || head.length.value_or(0) > 0) body_.emplace(head);
  const RequestParser::Rules rules = rules_of(*point_.servers.front());
  const std::uint64_t buffer = rules.first_buffer + (head.size > rules.first_buffer ? rules.large_size : 0);
  preread_ = std::min<std::uint64_t>(in_.size(), buffer - std::min<std::uint64_t>(buffer, head.size));
  unread_ = lingers_ = body_.has_value();
  expects_ = head.expects && head.version >= 11;
  in_file_ = counted_ = false;
  phase_ = Phase::answer;
  complete_ = false;
  exchange_ = std::make_unique<Exchange>(*this, std::move(parser_.head()), request_since_);
  exchange_->run();
  look_for_client();
}

// Who has said good-bye gets no answer that is yet to be made.
void HttpSession::look_for_client() {
  if (phase_ == Phase::answer && exchange_ && !complete_ && client_has_gone()) exchange_->client_gone();
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

void HttpSession::after_answer() {
  complete_ = false;
  constexpr base::Time kLongest = std::chrono::seconds(30);
  discard_until_ = worker_.now() + kLongest;
  if (!unread_ || discard()) finish_answer();
}

// The exchange lives on until it has returned to whoever called it.
void HttpSession::finish_answer() {
  done_ = std::exchange(exchange_, nullptr);
  logged_ = false;
  alarm_.clear();
  // A request that is here already is answered whatever the client has said since.
  if (!keep_ || worker_.quitting() || (in_.empty() && client_has_gone())) {
    // Who has more to say would answer a close with an RST.
    if (client_has_gone() || (!lingers_ && !socket_->readable())) return close();
    socket_->shut_write();
    phase_ = Phase::lingering;
    return wait(kLingering);
  }
  log();
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

// A request is over, for nginx, when its connection is closed or waits for another one.
void HttpSession::log() {
  if (!std::exchange(logged_, true)) done_->log();
}

void HttpSession::close() {
  if (phase_ == Phase::over) return;
  log();
  phase_ = Phase::over;
  alarm_.clear();
  again_.clear();
  socket_.reset();
  worker_.bury(*this);
}

// A connection that has said nothing yet waits, like one between requests; who lingers has been answered.
void HttpSession::count(ConnectionCounts& to) const {
  const bool silent = phase_ == Phase::head && in_.empty();
  ++(phase_ == Phase::idle || silent ? to.waiting : phase_ == Phase::head ? to.reading : to.writing);
}

void HttpSession::drain() {
  if (phase_ == Phase::idle || (phase_ == Phase::head && in_.empty())) close();
}

void HttpSession::on_alarm() {
  switch (phase_) {
    case Phase::head:
      if (in_.empty()) return close();
      return refuse(408, true);
    case Phase::body:
    case Phase::answer:
      phase_ = Phase::answer;
      if (exchange_) return exchange_->abort(408);
      return close();
    case Phase::discarding: return give_up();
    default: return close();
  }
}

}  // namespace lvs::nginx
