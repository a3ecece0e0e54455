// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/tcp-checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lvs::keepalived {

using host::SocketError;

namespace {

// What keepalived counts as a server that cannot be reached, not as a check that cannot be made.
bool says_unreachable(SocketError error) {
  switch (error) {
    case SocketError::net_unreachable:
    case SocketError::host_unreachable:
    case SocketError::host_down:
    case SocketError::refused:
    case SocketError::reset:
    case SocketError::aborted:
    case SocketError::timed_out: return true;
    default: return false;
  }
}

int number_of(SocketError error) {
  switch (error) {
    case SocketError::access: return 13;
    case SocketError::invalid: return 22;
    case SocketError::in_use: return 98;
    case SocketError::not_available: return 99;
    default: return 64;  // ENONET
  }
}

}  // namespace

Connection::Connection(CheckWorld& world, Tell tell)
    : world_(world),
      tell_(std::move(tell)),
      timeout_(world.computer().host(), [this] { outcome(Outcome::timed_out); }) {}

void Connection::open(host::SocketAddress from, host::SocketAddress to, base::Time timeout) {
  close();
  socket_ = world_.computer().sockets().tcp(this, {world_.process(), "keepalived", 13});
  SocketError error = SocketError::none;
  if (!from.addr.is_any() || from.port != 0) {
    error = socket_->bind(from);
    if (error != SocketError::none) {
      world_.log(fmt::format("Checker bind failed: {}", text_of(error)));
      return outcome(Outcome::error);
    }
  }
  phase_ = Phase::connecting;
  begin(timeout);
  error = socket_->connect(to);
  if (error == SocketError::none) return;
  if (says_unreachable(error)) return outcome(Outcome::unreachable);
  if (std::exchange(last_error_, number_of(error)) != number_of(error) && world_.detail())
    world_.log(fmt::format("socket connect error {} - {}", number_of(error), text_of(error)));
  outcome(Outcome::error);
}

void Connection::begin(base::Time timeout) {
  deadline_ = world_.computer().host().now() + timeout;
  timeout_.set_after(timeout);
}

void Connection::await_data(base::Time timeout) {
  begin(timeout);
  await_more();
}

void Connection::await_more() {
  phase_ = Phase::reading;
  timeout_.set_at(deadline_);
  if (socket_->readable()) outcome(Outcome::ready);
}

void Connection::close() {
  phase_ = Phase::closed;
  timeout_.clear();
  socket_.reset();
}

void Connection::socket_ready() {
  if (!socket_) return;
  if (phase_ == Phase::connecting) {
    if (socket_->failed()) return outcome(Outcome::failed);
    if (socket_->writable()) outcome(Outcome::connected);
  } else if (phase_ == Phase::reading && socket_->readable()) {
    outcome(Outcome::ready);
  }
}

void Connection::outcome(Outcome what) {
  timeout_.clear();
  phase_ = what == Outcome::connected || what == Outcome::ready ? Phase::open : Phase::closed;
  if (phase_ == Phase::closed) socket_.reset();
  tell_(what);
}

TcpChecker::TcpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : Checker(conf, real, services, world),
      connection_(world, [this](Connection::Outcome outcome) { ended(outcome); }) {}

void TcpChecker::check() { connection_.open(conf_.from, conf_.to, *conf_.connect_timeout); }

void TcpChecker::ended(Connection::Outcome outcome) {
  using Outcome = Connection::Outcome;
  if (outcome == Outcome::error) {
    log("TCP socket bind failed. Rescheduling.");
    return again(*conf_.delay_loop);
  }
  const bool success = outcome == Outcome::connected;
  if (!success && outcome != Outcome::unreachable && up_ && conf_.log_all_failures)
    log(fmt::format("TCP connection to {} {}.", name(), outcome == Outcome::timed_out ? "timeout" : "failed"));
  connection_.close();
  epilog(success);
}

void TcpChecker::epilog(bool success) {
  base::Time delay = *conf_.delay_loop;
  if (success || tries_ >= *conf_.retry) {
    tries_ = 0;
    if (success && (!up_ || !has_run_)) {
      log(fmt::format("TCP connection to {} success.", name()));
      says(true, "TCP CHECK succeed on service");
    } else if (!success && (up_ || !has_run_)) {
      if (*conf_.retry != 0 && has_run_) {
        log(fmt::format("TCP_CHECK on service {} failed after {} retries.", name(), *conf_.retry));
      } else {
        log(fmt::format("TCP_CHECK on service {} failed.", name()));
      }
      says(false, "TCP CHECK failed on service");
    }
  } else {
    delay = *conf_.delay_before_retry;
    ++tries_;
  }
  has_run_ = true;
  again(delay);
}

}  // namespace lvs::keepalived
