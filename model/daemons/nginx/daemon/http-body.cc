// SPDX-License-Identifier: GPL-2.0-or-later
// The body of a request, read for whoever passes it on, or read and thrown away (nginx:
// ngx_http_read_client_request_body(), ngx_http_discard_request_body()).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/worker.h"

namespace lvs::nginx {
namespace {

constexpr base::Time kLingeringTimeout = std::chrono::seconds(5);
constexpr std::uint64_t kMostBody = 64 << 20;

}  // namespace

void HttpSession::let_go_on() {
  if (std::exchange(expects_, false)) send("HTTP/1.1 100 Continue\r\n\r\n");
}

void HttpSession::want_body() {
  if (!std::exchange(unread_, false)) return exchange_->pass_on();
  let_go_on();
  counted_ = true;
  phase_ = Phase::body;
  wait(exchange_->body_timeout());
  if (!take_body(true)) read_body();
}

void HttpSession::read_body() { take_body(receive()); }

// More than the buffer holds goes to a file, whose bytes are sent on by the buffer.
bool HttpSession::is_for_a_file(bool whole) {
  const std::uint64_t buffer = exchange_->body_buffer();
  const std::uint64_t behind = body_->bytes() - std::min(preread_, body_->bytes());
  if (body_->chunked()) return whole ? behind > buffer : behind >= buffer;
  return behind >= buffer && behind + body_->still_to_come() >= buffer + buffer / 4;
}

// True: it is whole, or the request has been answered.
bool HttpSession::take_body(bool open) {
  using State = RequestBody::State;
  const State state = body_->take(in_, exchange_->most_body());
  const bool good = state == State::more || state == State::whole;
  if (good && !in_file_ && is_for_a_file(state == State::whole)) in_file_ = exchange_->write_body();
  if (state == State::more && body_->text().size() <= kMostBody) {
    if (open) return wait(exchange_->body_timeout()), false;
    phase_ = Phase::answer;
    exchange_->abort(400);
    return true;
  }
  alarm_.clear();
  phase_ = Phase::answer;
  if (state == State::whole) {
    exchange_->with_body(std::move(body_->text()), in_file_);
    exchange_->pass_on();
    look_for_client();
  } else {
    counted_ = body_->bytes() > preread_;
    exchange_->refuse_body(*body_, state);
  }
  return true;
}

// What comes with nobody to read it. False: there is more to come.
bool HttpSession::discard() {
  using State = RequestBody::State;
  const bool open = receive();
  const State state = body_->skip(in_);
  unread_ = state == State::more && open;
  if (unread_) {
    const base::Time left = discard_until_ - worker_.now();
    if (left <= base::Time{0}) return give_up(), false;
    phase_ = Phase::discarding;
    wait(std::min(left, kLingeringTimeout));
    return false;
  }
  if (state != State::whole) keep_ = false;
  if (body_->bytes() > preread_) lingers_ = false;
  return true;
}

}  // namespace lvs::nginx
