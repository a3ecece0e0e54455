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
  heard_ = host.now();

  const bool new_sacks = take_sacks(segment);
  const std::uint32_t packets = segment.ack == before ? 0 : drop_acknowledged(segment);
  const bool progress = segment.ack != before;
  const bool duplicate = !progress && outstanding && segment.data_size == 0 && !updated && !segment.has(Tcp::fin);
  // Who acknowledges something, or asks again, is alive (kernel: sk_dst_confirm() in tcp_ack()).
  if (outstanding && (progress || (!updated && segment.data_size == 0))) confirm_neighbour_ = true;
  if (progress) {
    forget_retries();
    duplicates_ = 0;
    const bool partial = congestion_.progress(una_);
    if (partial && !sack_ok_ && !sent_.empty()) sent_.mark_lost(sent_.front());  // the next hole (RFC 6582)
    if (!congestion_.in_recovery()) congestion_.grow(packets, sent_.in_network());
    rearm_rto();
    tell();  // room to write
  } else if (duplicate) {
    ++duplicates_;
  }
  if (duplicate || new_sacks) find_lost(duplicate);
  if (progress && !sent_.empty() && !congestion_.recovering()) schedule_loss_probe();
  if (!outstanding) probe_answered();
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
    news |= sent_.sack(block);
  }
  return news;
}

// Takes what is acknowledged off the queues; how many segments that were.
std::uint32_t TcpSocket::drop_acknowledged(const TcpIncoming& segment) {
  const InFlight::Acknowledged gone = sent_.acknowledge(segment.ack, sockets_.host().now());
  queue_.pop(std::min(segment.ack - una_, static_cast<std::uint32_t>(queue_.size())));
  una_ = segment.ack;
  if (gone.rtt >= base::Time{0} && !gone.resent) {
    measure_rtt(gone.rtt);
  } else {
    measure_by_echo(segment.options);
  }
  return gone.packets;
}

void TcpSocket::measure_by_echo(const TcpOptions& answer) {
  if (!timestamps_ok_ || !answer.has_timestamp || answer.echo == 0) return;
  const std::uint32_t age = timestamp() - answer.echo;  // milliseconds
  if (age < 0x7fffffff) measure_rtt(std::chrono::milliseconds(age));
}

// The window begins at one segment where the network seems to have lost two openings. An answer to the first tells that
// it was only late (kernel: tcp_synack_rtt_meas(), tcp_try_undo_spurious_syn(), tcp_init_transfer()).
void TcpSocket::begin_transfer(const Opening& opening, const TcpOptions& answer) {
  const bool kept = opening.since != base::kNever;
  if (opening.resends == 0 && kept)
    measure_rtt(sockets_.host().now() - opening.since);
  else
    measure_by_echo(answer);
  const bool late = kept && timestamps_ok_ && answer.has_timestamp && answer.echo == timestamp(opening.since);
  if (opening.resends > 1 && opening.timed_out && !late) congestion_.restart();
}

void TcpSocket::measure_rtt(base::Time rtt) { rtt_.measure(rtt, una_, next_, sockets_.host().ticks()); }

// Lost is what three later segments have overtaken; without SACK, what three duplicates ask for.
void TcpSocket::find_lost(bool duplicate) {
  if (sent_.empty() || congestion_.in_loss()) return;
  bool news = false;
  if (sack_ok_) {
    news = sent_.mark_overtaken(kDuplicates);
  } else if (duplicate && duplicates_ == kDuplicates && !congestion_.in_recovery()) {
    sent_.mark_lost(sent_.front());
    news = true;
  } else if (duplicate && congestion_.in_recovery()) {
    congestion_.inflate();
  }
  if (news && !congestion_.in_recovery()) congestion_.enter_recovery(next_);
}

}  // namespace lvs::host
