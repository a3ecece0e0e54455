// SPDX-License-Identifier: GPL-2.0-or-later
// Segments of a socket (kernel: tcp_output.c).
#include <algorithm>

#include "host/ip/stack.h"
#include "host/socket/base/route-error.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using wire::Tcp;

namespace {

constexpr std::uint32_t kLeastMss = 48;  // net.ipv4.tcp_min_snd_mss

std::uint32_t align_up(std::uint32_t n, unsigned scale) { return (n + (1u << scale) - 1) >> scale << scale; }

}  // namespace

std::uint32_t TcpSocket::timestamp() const { return timestamp(sockets_.host().now()); }

std::uint32_t TcpSocket::timestamp(base::Time at) const {
  return static_cast<std::uint32_t>(at / std::chrono::milliseconds(1)) + timestamp_offset_;
}

// --- the window that is offered ---

std::uint32_t TcpSocket::free_space() const {
  constexpr std::uint32_t kSpace = 65536;  // half of tcp_rmem[1], the other half being the kernel's overhead
  const auto used = static_cast<std::uint32_t>(received_.size());
  const std::uint32_t space = std::max(window_most_, kSpace);
  return space > used ? space - used : 0;
}

// What the peer may still send.
std::uint32_t TcpSocket::receive_window() const {
  const auto left = static_cast<std::int32_t>(window_from_ + window_in_ - next_in_);
  return left < 0 ? 0 : static_cast<std::uint32_t>(left);
}

// Kernel: __tcp_select_window().
std::uint32_t TcpSocket::offered_window() const {
  std::uint32_t free = free_space();
  const std::uint32_t mss = std::min(incoming_mss_, window_most_);
  if (free < window_most_ / 2) {
    free = free >> receive_scale_ << receive_scale_;
    if (free < window_most_ / 16 || free < mss) return 0;
  }
  free = std::min(free, window_goal_);
  if (receive_scale_ != 0) return align_up(free, receive_scale_);
  std::uint32_t window = window_in_;
  if (window + mss <= free || window > free) {
    window = free - free % mss;
  } else if (mss == window_most_ && free > window + window_most_ / 2) {
    window = free;
  }
  return window;
}

// Kernel: tcp_select_window(): what was offered is never taken back.
std::uint16_t TcpSocket::select_window() {
  const std::uint32_t current = receive_window();
  std::uint32_t window = offered_window();
  if (window < current) window = align_up(current, receive_scale_);
  window_in_ = window;
  window_from_ = next_in_;
  return static_cast<std::uint16_t>(std::min(window >> receive_scale_, 65535u));
}

// --- the size of segments ---

// Kernel: tcp_sync_mss(), __tcp_mtu_to_mss(), tcp_bound_to_half_wnd().
void TcpSocket::sync_mss(std::uint32_t mtu) {
  path_mtu_ = mtu;
  constexpr std::uint32_t kHeaders = 40;
  std::uint32_t mss = std::min(std::max(mtu, kHeaders) - kHeaders, mss_clamp_);
  mss = std::max(std::max(mss, ip_options_.size) - ip_options_.size, kLeastMss);
  if (timestamps_ok_) mss = std::max(mss, kTcpTimestampSize + 1) - kTcpTimestampSize;
  const std::uint32_t cut = most_window_ > 536 ? most_window_ / 2 : most_window_;
  if (cut != 0 && mss > cut) mss = std::max(cut, 28u);
  mss_ = mss;
}

// The blocks of SACK take their room from the data (kernel: tcp_current_mss()).
std::uint32_t TcpSocket::current_mss() const {
  if (early_.empty() || !sack_ok_) return mss_;
  const auto blocks = std::min<std::uint32_t>(static_cast<std::uint32_t>(early_.size()), timestamps_ok_ ? 3 : 4);
  const std::uint32_t room = 4 + 8 * blocks;
  return mss_ > room + 8 ? mss_ - room : mss_;
}

// --- segments ---

void TcpSocket::send_syn() {
  const base::Time now = sockets_.host().now();
  const bool first = sent_.empty();
  if (first) {
    sent_.push({iss_, iss_ + 1, now});
    retries_since_ = now;  // a connection's retries are counted from its SYN on: tcp_connect()
  } else {
    if (waits_here(sent_.front())) return;
    sent_.resend(sent_.front(), now);
  }
  next_ = iss_ + 1;
  transmit(iss_, Tcp::syn, {}, true);
  if (first) arm_send(Pending::retransmit, rtt_.timeout());
}

void TcpSocket::send_ack() {
  if (state_ == TcpState::close) return;
  transmit(next_, Tcp::ack, {});
}

// Kernel: tcp_send_active_reset().
void TcpSocket::send_reset() {
  if (state_ == TcpState::syn_sent) return;
  transmit(next_, Tcp::rst | Tcp::ack, {});
}

// A D-SACK comes first (RFC 2883).
void TcpSocket::add_sack_blocks(TcpOptions& options) {
  const unsigned most = timestamps_ok_ ? 3 : 4;
  if (sack_ok_ && duplicate_.begin != duplicate_.end) options.sacks[options.sack_count++] = duplicate_;
  duplicate_ = {};
  if (sack_ok_ && !early_.empty()) early_.add_blocks(options, most);
}

void TcpSocket::transmit(std::uint32_t seq, std::uint8_t flags, Payload data, bool syn) {
  Stack& host = sockets_.host();
  if (!update_route()) {
    soft_error_ = error_of(route_);
    return;
  }
  TcpOutgoing out{.from = local_,
                  .to = remote_,
                  .seq = seq,
                  .flags = flags,
                  .data = std::move(data),
                  .ip_id = ip_id_++,
                  .df = must_not_fragment(route_),
                  .ip_options = &ip_options_,
                  .mark = mark_};
  if (syn) {
    out.options.mss = announced_mss(route_, host.kernel());
    const bool answer = (flags & Tcp::ack) != 0;
    out.options.has_timestamp = answer ? timestamps_ok_ : host.sysctls.get(Ipv4Key::tcp_timestamps) != 0;
    out.options.has_scale = answer ? scale_ok_ : host.sysctls.get(Ipv4Key::tcp_window_scaling) != 0;
    out.options.sack_permitted = answer ? sack_ok_ : host.sysctls.get(Ipv4Key::tcp_sack) != 0;
    out.options.scale = receive_scale_;
    out.window = static_cast<std::uint16_t>(std::min(window_in_, 65535u));
  } else {
    out.options.has_timestamp = timestamps_ok_;
    add_sack_blocks(out.options);
    out.window = select_window();
  }
  if (out.options.has_timestamp) {
    out.options.timestamp = timestamp();
    out.options.echo = recent_timestamp_;
  }
  if ((flags & Tcp::ack) != 0) {
    out.ack = next_in_;
    acks_.acknowledged();
    host.cancel(ack_timer_);
  }
  // Who answers is alive (kernel: sk_dst_pending_confirm).
  if (confirm_neighbour_ && route_.type == RouteType::unicast && route_.dev->is_ethernet()) {
    host.neighbours.confirm(*route_.dev, route_.next_hop(remote_.addr));
    confirm_neighbour_ = false;
  }
  if (!out.data.empty()) acks_.data_sent(host.now());
  sockets_.send(make_segment(host, out, route_));
}

// Kernel: tcp_write_xmit(). `probe`: one segment, whatever the congestion window says.
void TcpSocket::push(bool probe) {
  Stack& host = sockets_.host();
  switch (state_) {
    case TcpState::established:
    case TcpState::close_wait:
    case TcpState::fin_wait1:
    case TcpState::closing:
    case TcpState::last_ack: break;
    default: return;
  }
  const std::uint32_t mss = current_mss();
  bool sent_any = false;
  congestion_.set_limiting(false);
  while (next_ != write_ + (fin_queued_ ? 1 : 0)) {
    const std::uint32_t left = seq_before(next_, write_) ? write_ - next_ : 0;
    const std::uint32_t size = std::min(left, mss);
    const bool fin = fin_queued_ && size == left;
    const bool exempt = fin && !host.kernel().holds_last_fin;  // goes in any case: tcp_cwnd_test()
    if (!congestion_.allows(sent_.in_network()) && !probe && !exempt) {
      congestion_.set_limiting(true);
      break;
    }
    const auto room = static_cast<std::int32_t>(una_ + window_ - next_);
    if (static_cast<std::int32_t>(size + (fin ? 1 : 0)) > room) break;
    if (size < mss && !fin && more_ && !probe) break;  // corked (TCP_NAGLE_CORK)
    // Nagle, with Minshall's change: one small segment may be on the way.
    if (size < mss && !fin && !no_delay_ && !probe && !sent_.empty() && seq_after(small_sent_, una_)) break;
    Payload data;
    if (size != 0) data = Payload::copy_of({queue_.data() + (next_ - una_), size});
    const std::uint32_t seq = next_;
    next_ += size + (fin ? 1 : 0);
    sent_.push({seq, next_, host.now(), fin});
    if (size < mss) small_sent_ = next_;
    const bool last = size == left;
    transmit(seq,
             static_cast<std::uint8_t>(Tcp::ack | (last && size != 0 && !more_ ? Tcp::psh : 0) | (fin ? Tcp::fin : 0)),
             std::move(data));
    sent_any = true;
    if (probe) break;
  }
  if (sent_any) {
    if (pending_ != Pending::retransmit) rearm_rto();
    if (!probe) schedule_loss_probe();
  } else if (sent_.empty() && next_ != write_ + (fin_queued_ ? 1 : 0) && pending_ == Pending::none) {
    arm_send(Pending::window_probe, rtt_.timeout());  // the window is closed
  }
}

// Whether the packet still waits in this host for the neighbour's address: then it does not go twice (kernel:
// skb_still_in_host_queue()).
bool TcpSocket::waits_here(const Sent& sent) const {
  if (route_.type != RouteType::unicast || !route_.dev->is_ethernet()) return false;
  const Neighbour* const entry = sockets_.host().neighbours.find(*route_.dev, route_.next_hop(remote_.addr));
  return entry != nullptr && entry->state == NeighbourState::incomplete && sent.at >= entry->updated;
}

// False: it is not sent.
bool TcpSocket::retransmit(std::size_t at) {
  if (waits_here(sent_[at])) return false;
  const std::uint32_t mss = current_mss();
  if (sent_[at].data_size() > mss) sent_.split(at, mss);  // the path has become narrower: in pieces
  Sent& sent = sent_[at];
  const std::uint32_t size = sent.data_size();
  Payload data;
  if (size != 0) data = Payload::copy_of({queue_.data() + (sent.seq - una_), size});
  sent_.resend(sent, sockets_.host().now());
  const bool last = sent.seq + size == write_;
  transmit(sent.seq,
           static_cast<std::uint8_t>(Tcp::ack | (last && size != 0 ? Tcp::psh : 0) | (sent.fin ? Tcp::fin : 0)),
           std::move(data));
  return true;
}

// Kernel: tcp_xmit_retransmit_queue().
void TcpSocket::retransmit_lost() {
  if (!sent_.some_lost() || state_ == TcpState::close) return;
  bool any = false;
  for (std::size_t i = 0; i < sent_.size() && congestion_.allows(sent_.in_network()); ++i) {
    if (!sent_[i].lost || sent_[i].retransmitted) continue;
    if (!retransmit(i)) break;
    any = true;
  }
  if (any && pending_ != Pending::retransmit) rearm_rto();
}

// Kernel: tcp_v4_mtu_reduced(), tcp_simple_retransmit(). The route has learned already.
void TcpSocket::mtu_reduced(std::uint32_t mtu) {
  if (state_ == TcpState::listen || state_ == TcpState::close) return;
  const std::uint32_t before = path_mtu_;
  update_route();
  if (mtu < route_.mtu) soft_error_ = SocketError::message_size;
  if (before <= route_.mtu) return;
  sync_mss(route_.mtu);
  simple_retransmit();
}

void TcpSocket::simple_retransmit() {
  if (state_ == TcpState::syn_sent || state_ == TcpState::syn_recv) return;
  bool any = false;
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    if (sent_[i].data_size() <= mss_) continue;
    sent_.mark_lost(sent_[i]);
    any = true;
  }
  if (!any) return;
  congestion_.enter_resending(next_);
  retransmit_lost();
}

}  // namespace lvs::host
