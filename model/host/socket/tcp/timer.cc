// SPDX-License-Identifier: GPL-2.0-or-later
// What a socket does when nothing comes (kernel: tcp_timer.c, tcp_schedule_loss_probe()).
#include <algorithm>
#include <bit>

#include "host/ip/stack.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using wire::Tcp;

namespace {

// net.ipv4.tcp_syn_linear_timeouts: so many SYNs more, each a second behind the one before, until waits begin to double
// (Linux 6.5, ccce324dabfe; tcp_retransmit_timer(), tcp_write_timeout()).
constexpr unsigned kLinearSynTimeouts = 4;
constexpr unsigned kOrphanRetries = 8;  // kernel: tcp_orphan_retries() of a connection that is alive

// How long `retries` retransmissions take when the first comes after `first` (kernel: tcp_model_timeout()).
base::Time time_for(unsigned retries, base::Time first) {
  const auto doublings = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(kRtoMost / first))) - 1;
  if (retries <= doublings) return ((2 << retries) - 1) * first;
  return ((2 << doublings) - 1) * first + (retries - doublings) * kRtoMost;
}

}  // namespace

void TcpSocket::on_send_timer(base::Timer& timer) {
  auto& socket = static_cast<TcpSocket&>(static_cast<OwnedTimer&>(timer).owner);
  const SocketCalls::Call call(socket.sockets_.calls());
  switch (std::exchange(socket.pending_, Pending::none)) {
    case Pending::none: return;
    case Pending::retransmit: return socket.retransmission_timeout();
    case Pending::loss_probe: return socket.loss_probe();
    case Pending::window_probe: return socket.window_probe();
  }
}

void TcpSocket::on_ack_timer(base::Timer& timer) {
  auto& socket = static_cast<TcpSocket&>(static_cast<OwnedTimer&>(timer).owner);
  const SocketCalls::Call call(socket.sockets_.calls());
  socket.delayed_ack();
}

// FIN_WAIT2 of a socket without a program has lasted too long; of others, nothing has moved for long.
void TcpSocket::on_life_timer(base::Timer& timer) {
  auto& socket = static_cast<TcpSocket&>(static_cast<OwnedTimer&>(timer).owner);
  const SocketCalls::Call call(socket.sockets_.calls());
  if (socket.orphan_ && socket.state_ == TcpState::fin_wait2) return socket.abort();
  socket.keep_alive();
}

void TcpSocket::cancel_timers() {
  Stack& host = sockets_.host();
  for (OwnedTimer* timer : {&send_timer_, &ack_timer_, &life_timer_}) host.cancel(*timer);
  pending_ = Pending::none;
}

TcpTimer TcpSocket::timer() const {
  TcpTimer timer{TcpTimer::Kind::off, {}, retransmits_, probes_};
  const auto take = [&](TcpTimer::Kind kind, const base::Timer& of) {
    timer.kind = kind;
    timer.left = sockets_.host().left(of.deadline());
  };
  if (pending_ != Pending::none && send_timer_.armed())
    take(pending_ == Pending::window_probe ? TcpTimer::Kind::probe : TcpTimer::Kind::on, send_timer_);
  else if (life_timer_.armed())
    take(TcpTimer::Kind::keep_alive, life_timer_);
  return timer;
}

void TcpSocket::arm_send(Pending what, base::Time after) {
  Stack& host = sockets_.host();
  pending_ = what;
  host.arm(send_timer_, host.now() + std::min(after, kRtoMost));
}

// Kernel: tcp_rearm_rto().
void TcpSocket::rearm_rto() {
  if (sent_.empty()) {
    sockets_.host().cancel(send_timer_);
    pending_ = Pending::none;
    return;
  }
  base::Time after = rtt_.timeout();
  if (pending_ == Pending::loss_probe) {
    after =
        std::max<base::Time>(sent_.front().at + rtt_.timeout() - sockets_.host().now(), std::chrono::microseconds(1));
  }
  arm_send(Pending::retransmit, after);
}

bool TcpSocket::schedule_loss_probe() {
  if (!sack_ok_ || sent_.empty() || congestion_.recovering()) return false;
  using namespace std::chrono_literals;
  base::Time wait = 1s;
  if (rtt_.known()) wait = 2 * rtt_.smoothed() + (sent_.size() == 1 ? base::Time{kRtoLeast} : base::Time{2ms});
  const base::Time rto = std::max<base::Time>(sent_.front().at + rtt_.timeout() - sockets_.host().now(), 1us);
  arm_send(Pending::loss_probe, std::min(wait, rto));
  return true;
}

// Kernel: tcp_send_loss_probe(): the last segment once more, so that what is missing is told. False: nothing is sent.
bool TcpSocket::probe_for_loss() {
  if (congestion_.probing()) return false;
  const std::size_t before = sent_.size();
  push(true);
  if (sent_.size() == before && !sent_.back().sacked) {
    if (!retransmit(before - 1)) return false;
    sent_.forget_resend(sent_.back());
  }
  congestion_.probe(next_);
  return true;
}

// Behind a probe the time-out begins anew; without one it is what is left of it.
void TcpSocket::loss_probe() {
  if (sent_.empty()) return;
  pending_ = probe_for_loss() ? Pending::none : Pending::loss_probe;
  rearm_rto();
}

bool TcpSocket::timed_out() {
  const Sysctls& sysctls = sockets_.host().sysctls;
  const auto setting = [&](Ipv4Key key) { return static_cast<unsigned>(std::max(sysctls.get(key), 0)); };
  const auto longer_than = [&](unsigned retries, base::Time first) {
    return sockets_.host().now() - retries_since_ >= time_for(std::min(retries, 255u), first);
  };
  if (state_ == TcpState::syn_sent) {
    const unsigned retries = setting(Ipv4Key::tcp_syn_retries);
    const unsigned linear = sockets_.host().kernel().linear_syn_timeouts ? kLinearSynTimeouts : 0;
    // Whichever comes first: few retries take less time than the linear ones that are added to them.
    return retransmits_ >= retries + linear || (retransmits_ != 0 && longer_than(retries, kRtoFirst));
  }
  if (state_ == TcpState::syn_recv) return retransmits_ >= setting(Ipv4Key::tcp_synack_retries);
  if (retransmits_ == 0) return false;
  const unsigned retries = orphan_ ? kOrphanRetries : setting(Ipv4Key::tcp_retries2);
  return longer_than(retries, kRtoLeast);
}

// Something got through.
void TcpSocket::forget_retries() {
  backoff_ = retransmits_ = 0;
  retries_since_ = base::kNever;
}

// Kernel: tcp_retransmit_timer().
void TcpSocket::retransmission_timeout() {
  if (sent_.empty() && state_ != TcpState::syn_recv) return;
  if (timed_out()) return done(soft_error_ != SocketError::none ? soft_error_ : SocketError::timed_out);
  if (retries_since_ == base::kNever) retries_since_ = sockets_.host().now();
  ++retransmits_;
  const bool linear = state_ == TcpState::syn_sent && sockets_.host().kernel().linear_syn_timeouts;
  if (!linear || retransmits_ > kLinearSynTimeouts) {
    ++backoff_;
    rtt_.back_off();
  }
  if (state_ == TcpState::syn_sent) {
    send_syn();
    return arm_send(Pending::retransmit, rtt_.timeout());
  }
  if (state_ == TcpState::syn_recv) {
    transmit(iss_, Tcp::syn | Tcp::ack, {}, true);
    return arm_send(Pending::retransmit, rtt_.timeout());
  }
  congestion_.enter_loss(next_);
  sent_.mark_all_lost();
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    if (sent_[i].sacked) continue;
    retransmit(i);
    break;
  }
  arm_send(Pending::retransmit, rtt_.timeout());
}

// The way is broken, and not crowded: the last time-out has not been one (RFC 6069; kernel: tcp_ld_RTO_revert()).
// `seq`: of the segment that an ICMP error quotes.
void TcpSocket::revert_back_off(std::uint32_t seq) {
  if (seq != una_ || retransmits_ == 0 || backoff_ == 0 || sent_.empty()) return;
  --backoff_;
  rtt_.back_off_to(backoff_);
  const Stack& host = sockets_.host();
  const base::Time since = host.now() - sent_.front().at;
  const base::Time left = rtt_.timeout() - (host.ticks() ? host.ticks()->wait(since) : since);
  if (left > base::Time{0}) return arm_send(Pending::retransmit, left);
  retransmission_timeout();
}

// Kernel: tcp_probe_timer(), tcp_write_wakeup().
void TcpSocket::window_probe() {
  if (!sent_.empty() || next_ == write_ + (fin_queued_ ? 1 : 0)) return;
  const auto most = static_cast<unsigned>(std::max(sockets_.host().sysctls.get(Ipv4Key::tcp_retries2), 0));
  if (probes_ >= (orphan_ ? kOrphanRetries : most)) {
    return done(soft_error_ != SocketError::none ? soft_error_ : SocketError::timed_out);
  }
  const auto room = static_cast<std::int32_t>(una_ + window_ - next_);
  const std::uint32_t left = write_ - next_;
  if (room > 0 && left != 0) {  // less than a segment, but more than nothing
    const std::uint32_t size = std::min({static_cast<std::uint32_t>(room), left, current_mss()});
    Payload data = Payload::copy_of({queue_.data() + (next_ - una_), size});
    const std::uint32_t seq = next_;
    next_ += size;
    sent_.push({seq, next_, sockets_.host().now()});
    transmit(seq, Tcp::ack | Tcp::psh, std::move(data));
    backoff_ = 0;
    return rearm_rto();
  }
  ++probes_;
  transmit(una_ - 1, Tcp::ack, {});
  if (backoff_ < most) ++backoff_;
  arm_send(Pending::window_probe, probe_wait());
}

// Kernel: tcp_probe0_when().
base::Time TcpSocket::probe_wait() const { return RttEstimator::doubled(rtt_.timeout(), backoff_); }

// Kernel: tcp_ack_probe().
void TcpSocket::probe_answered() {
  if (pending_ != Pending::window_probe) return;
  const std::uint32_t first = std::min(write_ - next_ + (fin_queued_ ? 1 : 0), current_mss());
  if (static_cast<std::int32_t>(una_ + window_ - next_) < static_cast<std::int32_t>(first)) {
    return arm_send(Pending::window_probe, probe_wait());
  }
  sockets_.host().cancel(send_timer_);
  pending_ = Pending::none;
  backoff_ = 0;
}

// Kernel: tcp_delack_timer_handler().
void TcpSocket::delayed_ack() {
  if (!acks_.due() || state_ == TcpState::close) return;
  acks_.waited(rtt_.timeout());
  send_ack();
}

}  // namespace lvs::host
