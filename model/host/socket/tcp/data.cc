// SPDX-License-Identifier: GPL-2.0-or-later
// What is received: in order, early, twice; and when it is acknowledged (kernel: tcp_data_queue(),
// __tcp_ack_snd_check()).
#include <algorithm>

#include "host/ip/stack.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using trace::Drop;
using wire::Tcp;

namespace {

constexpr base::Time kAckLeast = std::chrono::milliseconds(40);  // TCP_ATO_MIN
constexpr base::Time kAckMost = std::chrono::milliseconds(200);  // TCP_DELACK_MAX
constexpr unsigned kMostQuickAcks = 16;
constexpr std::size_t kMostEarly = 512;  // pieces out of order

}  // namespace

// Kernel: tcp_data_queue().
void TcpSocket::take_data(const TcpIncoming& segment) {
  if (segment.seq == segment.end) return;
  const std::uint32_t data_end = segment.seq + segment.data_size;
  if (!seq_after(segment.end, next_in_)) {  // all of it is here already
    segment.drop = Drop::tcp_old_data;
    if (sack_ok_) duplicate_ = {segment.seq, segment.end};
    quick_acknowledgements(kMostQuickAcks);
    ack_due_ = true;
    return;
  }
  if (!seq_before(segment.seq, next_in_ + receive_window()) && receive_window() == 0) {
    segment.drop = Drop::tcp_old_data;  // a probe of the closed window
    quick_acknowledgements(kMostQuickAcks);
    ack_due_ = true;
    return;
  }
  if (seq_after(segment.seq, next_in_)) return keep_early(segment);

  const std::uint32_t known = next_in_ - segment.seq;
  if (known != 0 && sack_ok_) {
    duplicate_ = {segment.seq, next_in_};
    quick_acknowledgements(kMostQuickAcks);
  }
  if (seq_after(data_end, next_in_)) {
    const std::uint32_t size = segment.data_size - known;
    take_bytes(segment, known, size);
    note_data(size);
  }
  const bool hole = !early_.empty();
  if (segment.has(Tcp::fin)) {
    take_fin();
    if (state_ == TcpState::close) return;
  }
  if (hole) {
    take_early();
    quick_acks_ = std::max(quick_acks_, 1u);  // a filled hole is acknowledged at once
    pingpong_ = false;
  }
}

void TcpSocket::take_bytes(const TcpIncoming& segment, std::uint32_t from, std::uint32_t size) {
  const Packet& packet = segment.packet;
  const auto at = static_cast<std::uint32_t>(packet.transport_offset()) + segment.tcp.header_size() + from;
  if (orphan_) {
    next_in_ += size;
    return;
  }
  packet.read(at, {received_.grow(size), size});
  next_in_ += size;
  tell();
}

void TcpSocket::keep_early(const TcpIncoming& segment) {
  ack_due_ = true;  // send_after_input() sends it at once, as something is missing
  const std::uint32_t data_end = segment.seq + segment.data_size;
  const auto place = std::ranges::find_if(early_, [&](const Early& e) { return seq_after(e.seq, segment.seq); });
  std::uint32_t begin = segment.seq;
  if (place != early_.begin()) {
    const Early& before = *(place - 1);
    if (seq_after(before.end(), begin)) begin = before.end();
  }
  last_early_ = segment.seq;
  const bool fin = segment.has(Tcp::fin);
  if (!seq_after(data_end, begin) && !fin) {
    duplicate_ = {segment.seq, segment.end};
    segment.drop = Drop::tcp_old_data;
    return;
  }
  if (seq_before(data_end, begin)) begin = data_end;
  if (early_.size() >= kMostEarly) {
    segment.drop = Drop::socket_rcvbuff;
    return;
  }
  Early piece{begin, std::vector<std::uint8_t>(data_end - begin), fin};
  const Packet& packet = segment.packet;
  packet.read(static_cast<std::uint32_t>(packet.transport_offset()) + segment.tcp.header_size() + (begin - segment.seq),
              piece.bytes);
  early_.insert(place, std::move(piece));  // may overlap what follows; take_early() looks
}

void TcpSocket::take_early() {
  std::size_t taken = 0;
  bool fin = false;
  for (; taken < early_.size() && !seq_after(early_[taken].seq, next_in_); ++taken) {
    const Early& piece = early_[taken];
    fin |= piece.fin;
    if (!seq_after(piece.end(), next_in_)) continue;
    const std::uint32_t known = next_in_ - piece.seq;
    if (!orphan_) received_.push(base::ByteView(piece.bytes).subspan(known));
    next_in_ = piece.end();
  }
  early_.erase(early_.begin(), early_.begin() + static_cast<std::ptrdiff_t>(taken));
  if (taken != 0) tell();
  if (fin) take_fin();
}

// Kernel: tcp_fin().
void TcpSocket::take_fin() {
  if (fin_received_) return;
  fin_received_ = true;
  ++next_in_;
  ack_due_ = true;
  switch (state_) {
    case TcpState::syn_recv:
    case TcpState::established:
      set_state(TcpState::close_wait);
      pingpong_ = true;
      break;
    case TcpState::fin_wait1:
      send_ack();
      set_state(TcpState::closing);
      break;
    case TcpState::fin_wait2:
      send_ack();
      tell();
      return enter_time_wait(TcpState::time_wait, base::Time{0});
    default: break;
  }
  early_.clear();
  tell();
}

// Kernel: tcp_event_data_recv(), tcp_measure_rcv_mss(), tcp_grow_window().
void TcpSocket::note_data(std::uint32_t size) {
  const base::Time now = sockets_.host().now();
  ack_due_ = true;
  if (size >= incoming_mss_) incoming_mss_ = std::min(size, std::max(advertised_mss_, incoming_mss_));
  if (ack_timeout_ == base::Time{0}) {
    quick_acknowledgements(kMostQuickAcks);
    ack_timeout_ = kAckLeast;
  } else {
    const base::Time pause = now - last_data_in_;
    if (pause <= kAckLeast / 2) {
      ack_timeout_ = ack_timeout_ / 2 + kAckLeast / 2;
    } else if (pause < ack_timeout_) {
      ack_timeout_ = std::min(ack_timeout_ / 2 + pause, rto_);
    } else if (pause > rto_) {  // the sender began anew: it cannot wait
      quick_acknowledgements(kMostQuickAcks);
    }
  }
  last_data_in_ = now;
  if (size >= 128) window_goal_ = std::min(window_goal_ + 2 * advertised_mss_, window_most_);
}

// Kernel: tcp_incr_quickack(), tcp_enter_quickack_mode().
void TcpSocket::quick_acknowledgements(unsigned most) {
  const unsigned wanted = std::clamp(window_in_ / (2 * incoming_mss_), 2u, most);
  quick_acks_ = std::max(quick_acks_, wanted);
  pingpong_ = false;
  ack_timeout_ = kAckLeast;
}

// Kernel: tcp_data_snd_check(), tcp_ack_snd_check().
void TcpSocket::send_after_input() {
  retransmit_lost();
  push();
  if (!ack_due_ && duplicate_.begin == duplicate_.end) return;
  const bool much = next_in_ - window_from_ > incoming_mss_ && offered_window() >= receive_window();
  if (much || (quick_acks_ != 0 && !pingpong_) || !early_.empty() || duplicate_.begin != duplicate_.end) {
    return send_ack();
  }
  acknowledge_soon();
}

// Kernel: tcp_send_delayed_ack().
void TcpSocket::acknowledge_soon() {
  Stack& host = sockets_.host();
  base::Time wait = ack_timeout_;
  if (wait > kAckLeast) {
    base::Time most = pingpong_ ? kAckMost : base::Time{std::chrono::milliseconds(500)};
    if (has_rtt_) most = std::min(most, std::max(srtt_, kAckLeast));
    wait = std::min(wait, most);
  }
  wait = std::min(std::max(wait, kAckLeast), kAckMost);
  const base::Time when = host.now() + wait;
  if (ack_timer_.armed() && ack_timer_.deadline() <= when) return;
  host.arm(ack_timer_, when);
}

}  // namespace lvs::host
