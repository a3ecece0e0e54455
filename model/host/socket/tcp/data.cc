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

// Kernel: tcp_data_queue().
void TcpSocket::take_data(const TcpIncoming& segment) {
  if (segment.seq == segment.end) return;
  const std::uint32_t data_end = segment.seq + segment.data_size;
  if (!seq_after(segment.end, next_in_)) {  // all of it is here already
    segment.drop = Drop::tcp_old_data;
    if (sack_ok_) duplicate_ = {segment.seq, segment.end};
    acknowledge_quickly();
    acks_.set_due();
    return;
  }
  if (!seq_before(segment.seq, next_in_ + receive_window()) && receive_window() == 0) {
    segment.drop = Drop::tcp_old_data;  // a probe of the closed window
    acknowledge_quickly();
    acks_.set_due();
    return;
  }
  if (seq_after(segment.seq, next_in_)) return keep_early(segment);

  const std::uint32_t known = next_in_ - segment.seq;
  if (known != 0 && sack_ok_) {
    duplicate_ = {segment.seq, next_in_};
    acknowledge_quickly();
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
    acks_.hurry_one();  // a filled hole is acknowledged at once
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
  acks_.set_due();  // send_after_input() sends it at once, as something is missing
  switch (early_.keep(segment)) {
    case EarlyData::Kept::kept: return;
    case EarlyData::Kept::known:
      duplicate_ = {segment.seq, segment.end};
      segment.drop = Drop::tcp_old_data;
      return;
    case EarlyData::Kept::no_room: segment.drop = Drop::socket_rcvbuff;
  }
}

void TcpSocket::take_early() {
  bool fin = false;
  const bool taken = early_.take(next_in_, fin, [&](base::ByteView bytes) {
    if (!orphan_) received_.push(bytes);
  });
  if (taken) tell();
  if (fin) take_fin();
}

// Kernel: tcp_fin().
void TcpSocket::take_fin() {
  if (fin_received_) return;
  fin_received_ = true;
  ++next_in_;
  acks_.set_due();
  switch (state_) {
    case TcpState::syn_recv:
    case TcpState::established:
      set_state(TcpState::close_wait);
      acks_.set_interactive(true);
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
  if (size >= incoming_mss_) incoming_mss_ = std::min(size, std::max(advertised_mss_, incoming_mss_));
  acks_.data_came(sockets_.host().now(), rtt_.timeout(), quick_segments());
  if (size >= 128) window_goal_ = std::min(window_goal_ + 2 * advertised_mss_, window_most_);
}

// Kernel: tcp_data_snd_check(), tcp_ack_snd_check().
void TcpSocket::send_after_input() {
  retransmit_lost();
  push();
  if (!acks_.due() && duplicate_.begin == duplicate_.end) return;
  const bool much = next_in_ - window_from_ > incoming_mss_ && offered_window() >= receive_window();
  if (much || acks_.quick() || !early_.empty() || duplicate_.begin != duplicate_.end) {
    return send_ack();
  }
  acknowledge_soon();
}

// Kernel: tcp_send_delayed_ack().
void TcpSocket::acknowledge_soon() {
  Stack& host = sockets_.host();
  const base::Time when = host.now() + acks_.wait(rtt_);
  if (ack_timer_.armed() && ack_timer_.deadline() <= when) return;
  host.arm(ack_timer_, when);
}

}  // namespace lvs::host
