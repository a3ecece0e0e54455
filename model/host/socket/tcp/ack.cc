// SPDX-License-Identifier: GPL-2.0-or-later
// What acknowledgements teach: round trips, losses, how much may be sent (kernel: tcp_ack()). Losses are found by three
// duplicates (RFC 5681, 6675) and by time; the window grows by slow start and Reno's rule and falls to 0.7, as CUBIC's.
#include <algorithm>

#include "host/ip/stack.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using wire::Tcp;

namespace {

constexpr base::Time kRtoLeast = std::chrono::milliseconds(200);
constexpr base::Time kRtoMost = std::chrono::seconds(120);
constexpr unsigned kDuplicates = 3;  // net.ipv4.tcp_reordering

}  // namespace

TcpSocket::AckVerdict TcpSocket::take_ack(const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  if (seq_before(segment.ack, una_)) {
    if (seq_before(segment.ack, una_ - most_window_)) {
      challenge();
      return AckVerdict::bad;
    }
    take_sacks(segment);
    return AckVerdict::old;
  }
  if (seq_after(segment.ack, next_)) return AckVerdict::bad;
  if (state_ == TcpState::syn_recv) return segment.ack == iss_ + 1 ? AckVerdict::good : AckVerdict::bad;

  // Kernel: tcp_replace_ts_recent().
  if (timestamps_ok_ && segment.options.has_timestamp && !seq_after(segment.seq, window_from_)) {
    recent_timestamp_ = segment.options.timestamp;
    recent_timestamp_at_ = host.now();
    has_recent_timestamp_ = true;
  }
  const std::uint32_t before = una_;
  const bool outstanding = !sent_.empty();
  bool updated = false;
  take_window(segment, updated);
  soft_error_ = SocketError::none;
  probes_ = 0;

  const bool new_sacks = take_sacks(segment);
  const std::uint32_t packets = segment.ack == before ? 0 : drop_acknowledged(segment.ack, segment);
  const bool progress = segment.ack != before;
  const bool duplicate = !progress && outstanding && segment.data_size == 0 && !updated && !segment.has(Tcp::fin);
  // Who acknowledges something, or asks again, is alive (kernel: sk_dst_confirm() in tcp_ack()).
  if (outstanding && (progress || (!updated && segment.data_size == 0))) confirm_neighbour_ = true;
  if (progress) {
    retransmits_ = backoff_ = 0;
    duplicates_ = 0;
    if (probe_out_ && !seq_before(una_, recovery_)) probe_out_ = false;
    if (in_recovery_ || in_loss_) {
      if (!seq_before(una_, recovery_)) {
        in_recovery_ = in_loss_ = false;
        cwnd_ = std::max(2u, std::min(cwnd_, std::max(ssthresh_, 2u)));
      } else if (!sack_ok_ && !sent_.empty()) {
        mark_lost(sent_.front());  // a partial acknowledgement: the next hole (RFC 6582)
      }
    }
    if (!in_recovery_) grow_window(packets);
    rearm_rto();
    tell();  // room to write
  } else if (duplicate) {
    ++duplicates_;
  }
  if (duplicate || new_sacks) find_lost(duplicate);
  if (progress && !sent_.empty() && !in_recovery_ && !in_loss_) schedule_loss_probe();
  if (!outstanding && write_ + (fin_queued_ ? 1 : 0) != next_ && window_ != 0 && pending_ == Pending::window_probe) {
    host.cancel(send_timer_);
    pending_ = Pending::none;
    backoff_ = 0;
  }
  return AckVerdict::good;
}

// Kernel: tcp_ack_update_window().
void TcpSocket::take_window(const TcpIncoming& segment, bool& updated) {
  const std::uint32_t offered = std::uint32_t{segment.tcp.window()} << send_scale_;
  const bool newer = seq_after(segment.ack, una_) || seq_after(segment.seq, window_seq_) ||
                     (segment.seq == window_seq_ && offered > window_);
  if (!newer) return;
  window_seq_ = segment.seq;
  if (window_ == offered) return;
  updated = true;
  window_ = offered;
  if (offered > most_window_) {
    most_window_ = offered;
    sync_mss(route_.mtu);
  }
}

bool TcpSocket::take_sacks(const TcpIncoming& segment) {
  if (!sack_ok_) return false;
  bool news = false;
  for (unsigned i = 0; i < segment.options.sack_count; ++i) {
    const SackBlock& block = segment.options.sacks[i];
    if (!seq_after(block.end, block.begin) || !seq_after(block.begin, una_ - 1) || seq_after(block.end, next_))
      continue;
    for (Sent& sent : sent_) {
      if (sent.sacked || seq_before(sent.seq, block.begin) || seq_after(sent.end, block.end)) continue;
      sent.sacked = true;
      ++sacked_;
      if (sent.lost) --lost_;
      if (sent.retransmitted) --resent_;
      sent.lost = sent.retransmitted = false;
      news = true;
    }
  }
  return news;
}

// Takes what is acknowledged off the queues; how many segments that were.
std::uint32_t TcpSocket::drop_acknowledged(std::uint32_t ack, const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  std::uint32_t packets = 0;
  base::Time rtt{-1};
  bool resent = false;
  while (!sent_.empty() && !seq_after(sent_.front().end, ack)) {
    const Sent& sent = sent_.front();
    resent |= sent.ever_retransmitted;
    if (!sent.ever_retransmitted && !sent.sacked) rtt = host.now() - sent.at;
    if (sent.sacked) --sacked_;
    if (sent.lost) --lost_;
    if (sent.retransmitted) --resent_;
    sent_.pop_front();
    ++packets;
  }
  if (!sent_.empty() && seq_before(sent_.front().seq, ack)) sent_.front().seq = ack;  // part of one
  const std::uint32_t bytes = std::min(ack - una_, static_cast<std::uint32_t>(queue_.size()));
  queue_.pop(bytes);
  una_ = ack;
  if (rtt >= base::Time{0} && !resent) {
    measure_rtt(rtt);
  } else if (timestamps_ok_ && segment.options.has_timestamp && segment.options.echo != 0) {
    const std::uint32_t age = timestamp() - segment.options.echo;  // milliseconds
    if (age < 0x7fffffff)
      measure_rtt(std::max<base::Time>(std::chrono::milliseconds(age), std::chrono::microseconds(1)));
  }
  return packets;
}

// Kernel: tcp_rtt_estimator() (RFC 6298 with Linux's variance).
void TcpSocket::measure_rtt(base::Time rtt) {
  using namespace std::chrono_literals;
  rtt = std::max<base::Time>(rtt, std::chrono::microseconds(1));
  if (!has_rtt_) {
    has_rtt_ = true;
    srtt_ = rtt;
    mdev_ = rtt / 2;
    rttvar_ = mdev_max_ = std::max(2 * rtt, kRtoLeast);
    rtt_seq_ = next_;
  } else {
    base::Time m = rtt - srtt_;
    srtt_ += m / 8;
    if (m < 0ns) {
      m = -m;
      m -= mdev_;
      if (m > 0ns) m /= 8;
    } else {
      m -= mdev_;
    }
    mdev_ += m / 4;
    if (4 * mdev_ > mdev_max_) {
      mdev_max_ = 4 * mdev_;
      if (mdev_max_ > rttvar_) rttvar_ = mdev_max_;
    }
    if (seq_after(una_, rtt_seq_)) {
      if (mdev_max_ < rttvar_) rttvar_ -= (rttvar_ - mdev_max_) / 4;
      rtt_seq_ = next_;
      mdev_max_ = kRtoLeast;
    }
  }
  update_rto();
}

void TcpSocket::update_rto() { rto_ = std::min(srtt_ + std::max(rttvar_, kRtoLeast), kRtoMost); }

void TcpSocket::mark_lost(Sent& sent) {
  if (sent.sacked) return;
  if (sent.retransmitted) {
    sent.retransmitted = false;
    --resent_;
  }
  if (sent.lost) return;
  sent.lost = true;
  ++lost_;
}

// Lost is what three later segments have overtaken; without SACK, what three duplicates ask for.
void TcpSocket::find_lost(bool duplicate) {
  if (sent_.empty() || in_loss_) return;
  bool news = false;
  if (sack_ok_) {
    unsigned later = 0;
    for (auto sent = sent_.rbegin(); sent != sent_.rend(); ++sent) {
      if (sent->sacked) {
        ++later;
      } else if (later >= kDuplicates && !sent->lost && !sent->retransmitted && !sent->ever_retransmitted) {
        mark_lost(*sent);
        news = true;
      }
    }
  } else if (duplicate && duplicates_ == kDuplicates && !in_recovery_) {
    mark_lost(sent_.front());
    news = true;
  } else if (duplicate && in_recovery_) {
    ++cwnd_;  // one more has left the network (RFC 5681)
  }
  if (news && !in_recovery_) enter_recovery();
}

void TcpSocket::enter_recovery() {
  in_recovery_ = true;
  recovery_ = next_;
  ssthresh_ = std::max(cwnd_ * 7 / 10, 2u);
  cwnd_ = ssthresh_;
  cwnd_count_ = 0;
}

void TcpSocket::grow_window(std::uint32_t packets) {
  if (!window_limited_ && cwnd_ >= ssthresh_) return;
  if (cwnd_ < ssthresh_) {
    if (!window_limited_ && cwnd_ >= 2 * (in_flight() + packets)) return;  // what was not used says nothing
    const std::uint32_t grown = std::min(cwnd_ + packets, ssthresh_);
    packets -= grown - cwnd_;
    cwnd_ = grown;
    if (packets == 0) return;
  }
  cwnd_count_ += packets;
  if (cwnd_count_ >= cwnd_) {
    cwnd_count_ -= cwnd_;
    ++cwnd_;
  }
}

}  // namespace lvs::host
