// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/proxying.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/upstream/socket-errors.h"

namespace lvs::nginx {
namespace {

using host::SocketError;

constexpr base::Time kMinute = std::chrono::seconds(60);
constexpr unsigned kNoLive = 0x40000000;  // NGX_HTTP_UPSTREAM_FT_NOLIVE

}  // namespace

std::string proxy_host(const ProxyPass& pass) {
  return pass.has_port && pass.port != 80 ? fmt::format("{}:{}", pass.upstream, pass.port) : pass.upstream;
}

Proxying::Proxying(Exchange& exchange)
    : exchange_(exchange),
      worker_(exchange.worker()),
      group_(exchange.group()),
      alarm_(worker_.host(), [this] { on_alarm(); }) {}

Proxying::~Proxying() = default;

void Proxying::start() {
  request_ = request();
  head_size_ = request_.size() - exchange_.body().size();
  began_ = worker_.now();
  choice_.emplace(group_, exchange_.client().addr, exchange_.value(group_.conf().key),
                  exchange_.settings().next_tries.value_or(0), worker_.host().rng);
  connect();
}

std::string_view Proxying::doing() const {
  switch (phase_) {
    case Phase::none:
    case Phase::connecting: return "connecting to upstream";
    case Phase::sending: return "sending request to upstream";
    case Phase::head: return "reading response header from upstream";
    default: return "reading upstream";
  }
}

void Proxying::note_response_time() {
  if (!exchange_.asked().empty() && !exchange_.asked().back().response)
    exchange_.asked().back().response = worker_.now() - asked_;
}

void Proxying::connect() {
  note_response_time();
  asked_ = worker_.now();
  exchange_.asked().push_back({});
  phase_ = Phase::connecting;
  in_.clear();
  answer_ = {};
  written_ = 0;
  sent_request_ = false;
  const UpstreamServer* const server = choice_->next(worker_.seconds());
  const std::string path = target();
  const std::string name = server == nullptr ? group_.conf().name : server->name;
  url_ = fmt::format("http://{}{}", name, path);
  exchange_.asked().back().address = name;
  if (server == nullptr) {
    exchange_.error(LogLevel::error, "no live upstreams", doing());
    return next(kNoLive);
  }
  if (worker_.full()) {
    exchange_.error(LogLevel::alert, fmt::format("{} worker_connections are not enough", worker_.most_connections()),
                    doing());
    return fail(500);
  }
  if (!open(*server)) return next(next_on::kError);
}

// False: it failed at once.
bool Proxying::open(const UpstreamServer& server) {
  if (group_.conf().keepalive) {
    if (auto kept = worker_.idle(exchange_.pass().group).take(server.address)) {
      link_ = std::move(*kept);
      link_.socket->user = this;
      connected();
      return true;
    }
  }
  link_ = {};
  link_.to = server.address;
  link_.socket = worker_.open_tcp(this);
  link_.since = worker_.now();
  link_.number = worker_.next_number();
  const SocketError error = link_.socket->connect(server.address);
  if (error != SocketError::none) {
    exchange_.error(LogLevel::error,
                    fmt::format("connect() to {} failed ({}: {})", server.name, errno_of(error), text_of(error)),
                    doing());
    link_ = {};
    return false;
  }
  alarm_.set_after(exchange_.settings().connect_timeout.value_or(kMinute));
  return true;
}

void Proxying::connected() {
  exchange_.asked().back().connect = worker_.now() - asked_;
  phase_ = Phase::sending;
  ++link_.requests;
  sent_request_ = true;
  send();
}

// A body that stands in a file is sent by the buffer, the head together with the first of it.
std::size_t Proxying::piece_end() const {
  if (!exchange_.body_in_file()) return request_.size();
  const std::uint64_t buffer = std::max<std::uint64_t>(exchange_.body_buffer(), 1);
  const std::uint64_t done = written_ < head_size_ ? 0 : (written_ - head_size_) / buffer;
  return std::min<std::uint64_t>(request_.size(), head_size_ + (done + 1) * buffer);
}

void Proxying::send() {
  while (written_ < request_.size()) {
    SocketError error = SocketError::none;
    const std::size_t end = piece_end();
    const std::size_t size = link_.socket->write(std::string_view(request_).substr(written_, end - written_), error);
    if (size == 0) {
      if (error == SocketError::again)
        return alarm_.set_after(exchange_.settings().proxy_send_timeout.value_or(kMinute));
      failed_call("writev()", error);
      return next(next_on::kError);
    }
    written_ += size;
    exchange_.asked().back().sent += size;
  }
  phase_ = Phase::head;
  alarm_.set_after(exchange_.settings().read_timeout.value_or(kMinute));
  read_head();
}

void Proxying::failed_call(std::string_view call, SocketError error) {
  exchange_.error(LogLevel::error, fmt::format("{} failed ({}: {})", call, errno_of(error), text_of(error)), doing());
}

void Proxying::socket_ready() {
  switch (phase_) {
    case Phase::connecting:
      if (link_.socket->failed()) {
        failed_call("connect()", link_.socket->take_error());
        return next(next_on::kError);
      }
      if (link_.socket->state() == host::TcpState::syn_sent || link_.socket->state() == host::TcpState::syn_recv)
        return;
      return connected();
    case Phase::sending: return send();
    case Phase::head: return read_head();
    case Phase::body: return read_body();
    case Phase::none:
    case Phase::over: return;
  }
}

void Proxying::on_alarm() {
  if (phase_ != Phase::body) return next(next_on::kTimeout);
  exchange_.error(LogLevel::error, "upstream timed out (110: Connection timed out)", doing());
  fail(504);
}

void Proxying::release(Choice::Verdict verdict) {
  if (choice_->release(verdict, worker_.seconds()))
    exchange_.error(LogLevel::warn, "upstream server temporarily disabled", doing());
}

// ngx_http_upstream_next()
void Proxying::next(unsigned why) {
  using namespace next_on;
  alarm_.clear();
  release(why == k403 || why == k404 ? Choice::Verdict::good : Choice::Verdict::failed);
  if (why == kTimeout) exchange_.error(LogLevel::error, "upstream timed out (110: Connection timed out)", doing());
  if (link_.kept && why == kError) choice_->add_try();
  unsigned status = 502;
  if (why == kTimeout || why == k504) status = 504;
  if (why == k500) status = 500;
  if (why == k503) status = 503;
  if (why == k403) status = 403;
  if (why == k404) status = 404;
  if (why == k429) status = 429;
  exchange_.asked().back().status = status;
  const Settings& settings = exchange_.settings();
  const std::string& method = exchange_.method();
  if (sent_request_ && (method == "POST" || method == "LOCK" || method == "PATCH")) why |= kNonIdempotent;
  const unsigned wanted = settings.next_upstream.value_or(kError | kTimeout);
  const base::Time most = settings.next_timeout.value_or(base::Time{0});
  link_ = {};
  if (choice_->tries() == 0 || (wanted & why) != why || (most > base::Time{0} && worker_.now() - began_ >= most))
    return fail(status);
  connect();
}

void Proxying::fail(unsigned status) {
  note_response_time();
  alarm_.clear();
  phase_ = Phase::over;
  choice_->release(Choice::Verdict::good, worker_.seconds());
  link_ = {};
  if (exchange_.head_sent()) return exchange_.end(false);
  exchange_.finish(status);
}

void Proxying::give_back() {
  const bool keeps = group_.conf().keepalive && link_.socket && answer_.head().keep && whole_ && !worker_.quitting();
  choice_->release(Choice::Verdict::good, worker_.seconds());
  if (keeps) worker_.idle(exchange_.pass().group).keep(link_);
  link_ = {};
}

void Proxying::drop() {
  if (phase_ == Phase::over || !choice_) return;
  note_response_time();
  alarm_.clear();
  phase_ = Phase::over;
  give_back();
}

}  // namespace lvs::nginx
