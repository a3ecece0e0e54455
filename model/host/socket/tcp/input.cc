// SPDX-License-Identifier: GPL-2.0-or-later
// What segments do to a socket: checks, states, data (kernel: tcp_input.c).
#include <algorithm>

#include "host/ip/stack.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using trace::Drop;
using wire::Tcp;

namespace {

// Kernel: tcp_paws_reject(). A segment older than what was seen, on a connection that was not idle for 24 days.
bool too_old(std::uint32_t timestamp, std::uint32_t recent, base::Time age) {
  constexpr base::Time kIdle = std::chrono::hours(24 * 24);
  return static_cast<std::int32_t>(recent - timestamp) > 1 && age < kIdle;
}

}  // namespace

void TcpSocket::receive(const TcpIncoming& segment) {
  switch (state_) {
    case TcpState::close: segment.drop = Drop::tcp_old_data; return;
    case TcpState::listen: return receive_syn(segment);
    case TcpState::syn_sent: return receive_in_syn_sent(segment);
    default: return receive_in_state(segment);
  }
}

// --- SYN_SENT ---

// Kernel: tcp_rcv_synsent_state_process().
void TcpSocket::receive_in_syn_sent(const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  if (segment.has(Tcp::ack)) {
    const bool ours = seq_after(segment.ack, una_) && !seq_after(segment.ack, next_);
    if (!ours) return sockets_.refuse(segment);
    if (segment.has(Tcp::rst)) {
      segment.drop = Drop::tcp_reset;
      return done(SocketError::refused);
    }
    if (!segment.has(Tcp::syn)) {
      segment.drop = Drop::tcp_flags;
      return;
    }
  } else if (segment.has(Tcp::rst) || !segment.has(Tcp::syn)) {
    segment.drop = segment.has(Tcp::rst) ? Drop::tcp_reset : Drop::tcp_flags;
    return;
  }

  // What both agree on.
  const TcpOptions& theirs = segment.options;
  scale_ok_ = theirs.has_scale && host.sysctls.get(Ipv4Key::tcp_window_scaling) != 0;
  sack_ok_ = theirs.sack_permitted && host.sysctls.get(Ipv4Key::tcp_sack) != 0;
  timestamps_ok_ = theirs.has_timestamp && host.sysctls.get(Ipv4Key::tcp_timestamps) != 0;
  send_scale_ = scale_ok_ ? theirs.scale : std::uint8_t{0};
  if (!scale_ok_) {
    receive_scale_ = 0;
    window_most_ = std::min(window_most_, 65535u);
  }
  if (timestamps_ok_) {
    advertised_mss_ -= kTcpTimestampSize;
    recent_timestamp_ = theirs.timestamp;
    recent_timestamp_at_ = host.now();
    has_recent_timestamp_ = true;
  }
  mss_clamp_ = theirs.mss == 0 ? 536 : theirs.mss;
  irs_ = segment.seq;
  next_in_ = window_from_ = segment.seq + 1;
  window_ = segment.tcp.window();  // never scaled
  window_seq_ = segment.seq;
  most_window_ = std::max(most_window_, window_);

  if (!segment.has(Tcp::ack)) {  // both open at once
    sync_mss(route_.mtu);
    set_state(TcpState::syn_recv);
    transmit(iss_, Tcp::syn | Tcp::ack, {}, true);
    return;
  }
  if (!sent_.empty()) begin_transfer({sent_.front().resends, retransmits_ != 0, retries_since_}, theirs);
  sent_.clear();
  una_ = small_sent_ = segment.ack;
  forget_retries();
  host.cancel(send_timer_);
  pending_ = Pending::none;
  sync_mss(route_.mtu);
  established();
  send_ack();
  if (fin_queued_ || write_ != next_) push();
}

// --- the states behind ---

// Kernel: tcp_rcv_established() and tcp_rcv_state_process().
void TcpSocket::receive_in_state(const TcpIncoming& segment) {
  const bool was_established = state_ == TcpState::established;
  if (!segment.has(Tcp::ack) && !segment.has(Tcp::rst) && !segment.has(Tcp::syn)) {
    segment.drop = Drop::tcp_flags;
    return;
  }
  if (!acceptable(segment)) return;

  const AckVerdict verdict = take_ack(segment);
  if (state_ == TcpState::syn_recv) {
    if (verdict != AckVerdict::good) return sockets_.refuse(segment);
    sent_.clear();
    una_ = small_sent_ = segment.ack;
    window_ = std::uint32_t{segment.tcp.window()} << send_scale_;
    window_seq_ = segment.seq;
    sockets_.host().cancel(send_timer_);
    pending_ = Pending::none;
    established();
    if (fin_queued_) {
      set_state(TcpState::fin_wait1);
      push();
    }
  } else if (verdict == AckVerdict::bad) {
    segment.drop = Drop::tcp_old_data;
    if (!was_established) challenge();
    return;
  }
  if (!past_acknowledged(segment)) return;

  switch (state_) {
    case TcpState::close_wait:
    case TcpState::closing:
    case TcpState::last_ack:
      if (!seq_before(segment.seq, next_in_)) break;
      [[fallthrough]];
    case TcpState::fin_wait1:
    case TcpState::fin_wait2:
      // Data for a program that has gone: RFC 1122 says that it must learn of it.
      if (orphan_ && segment.end != segment.seq && seq_after(segment.end - (segment.has(Tcp::fin) ? 1 : 0), next_in_)) {
        sockets_.refuse(segment);
        return done(SocketError::none);
      }
      [[fallthrough]];
    case TcpState::established: take_data(segment); break;
    default: break;
  }
  if (state_ != TcpState::close) send_after_input();
}

// What an acknowledgement does to a socket whose FIN is out. False: that was all.
bool TcpSocket::past_acknowledged(const TcpIncoming& segment) {
  const bool all = fin_queued_ && una_ == write_ + 1;
  if (!all) return true;
  switch (state_) {
    case TcpState::fin_wait1: {
      set_state(TcpState::fin_wait2);
      confirm_neighbour_ = true;
      if (!orphan_) {
        tell();
        return true;
      }
      if (segment.end != segment.seq && seq_after(segment.end - (segment.has(Tcp::fin) ? 1 : 0), next_in_)) {
        sockets_.refuse(segment);
        done(SocketError::none);
        return false;
      }
      Stack& host = sockets_.host();
      const base::Time length = std::chrono::seconds(host.sysctls.get(Ipv4Key::tcp_fin_timeout));
      if (segment.has(Tcp::fin)) {  // it is yet to be taken
        host.arm(life_timer_, host.now() + length);
        return true;
      }
      enter_time_wait(TcpState::fin_wait2, length);
      return false;
    }
    case TcpState::closing: enter_time_wait(TcpState::time_wait, base::Time{0}); return false;
    case TcpState::last_ack: done(SocketError::none); return false;
    default: return true;
  }
}

// Kernel: tcp_validate_incoming().
bool TcpSocket::acceptable(const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  const bool rst = segment.has(Tcp::rst);
  // An acknowledgement that says nothing new and was overtaken a short while ago is no old segment (kernel:
  // tcp_disordered_ack()).
  const auto age = static_cast<std::int32_t>(recent_timestamp_ - segment.options.timestamp);  // milliseconds
  const bool overtaken = segment.has(Tcp::ack) && segment.seq == segment.end && segment.seq == next_in_ &&
                         segment.ack == una_ && std::uint32_t{segment.tcp.window()} << send_scale_ == window_ &&
                         age <= rtt_.timeout() / std::chrono::milliseconds(1);
  if (timestamps_ok_ && segment.options.has_timestamp && has_recent_timestamp_ && !rst && !overtaken &&
      too_old(segment.options.timestamp, recent_timestamp_, host.now() - recent_timestamp_at_)) {
    segment.drop = Drop::tcp_old_data;
    if (!tcp_rate_limited(segment, host.now(), last_challenge_)) send_ack();
    return false;
  }
  const bool last_byte = segment.seq == next_in_ - 1 && (state_ == TcpState::close_wait ||
                                                         state_ == TcpState::last_ack || state_ == TcpState::closing);
  const bool in_window = !seq_before(segment.end, window_from_) && !seq_after(segment.seq, next_in_ + receive_window());
  if (!in_window) {
    if (rst) {
      if (last_byte) reset_received();
      segment.drop = last_byte ? Drop::tcp_reset : Drop::tcp_old_data;
      return false;
    }
    segment.drop = Drop::tcp_old_data;
    if (segment.has(Tcp::syn)) {
      challenge();
    } else if (!tcp_rate_limited(segment, host.now(), last_challenge_)) {
      if (segment.end != segment.seq && seq_before(segment.seq, next_in_)) {
        acknowledge_quickly();
        if (sack_ok_) {
          duplicate_ = {segment.seq, seq_after(segment.end, next_in_) ? next_in_ : segment.end};
        }
      }
      send_ack();
    }
    return false;
  }
  if (rst) {
    segment.drop = Drop::tcp_reset;
    const bool highest = !early_.empty() && segment.seq == early_.end();
    if (segment.seq == next_in_ || last_byte || highest) {
      reset_received();
    } else {
      challenge();
    }
    return false;
  }
  if (segment.has(Tcp::syn)) {
    const bool crossed = state_ == TcpState::syn_recv && segment.has(Tcp::ack) && segment.seq + 1 == segment.end &&
                         segment.end == next_in_ && segment.ack == next_;
    if (crossed) return true;
    segment.drop = Drop::tcp_flags;
    challenge();
    return false;
  }
  return true;
}

// Kernel: tcp_send_challenge_ack().
void TcpSocket::challenge() {
  constexpr base::Time kInterval = std::chrono::milliseconds(500);
  const base::Time now = sockets_.host().now();
  if (last_challenge_ >= base::Time{0} && now - last_challenge_ < kInterval) return;
  last_challenge_ = now;
  send_ack();
}

// Kernel: tcp_reset().
void TcpSocket::reset_received() {
  switch (state_) {
    case TcpState::syn_sent: return done(SocketError::refused);
    case TcpState::close_wait: return done(SocketError::broken_pipe);
    default: return done(SocketError::reset);
  }
}

}  // namespace lvs::host
