// SPDX-License-Identifier: GPL-2.0-or-later
// Connections that others open (kernel: tcp_conn_request(), tcp_check_req(), reqsk_timer_handler()).
#include <algorithm>

#include "host/ip/stack.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using trace::Drop;
using wire::Tcp;

// Kernel: TCP_LISTEN in tcp_rcv_state_process(), then tcp_conn_request().
void TcpSocket::receive_syn(const TcpIncoming& segment) {
  if (segment.has(Tcp::ack)) return sockets_.refuse(segment);
  if (segment.has(Tcp::rst)) {
    segment.drop = Drop::tcp_reset;
    return;
  }
  if (!segment.has(Tcp::syn) || segment.has(Tcp::fin)) {
    segment.drop = Drop::tcp_flags;
    return;
  }
  if (segment.packet.route.type != RouteType::local) {  // to a broadcast address
    segment.drop = Drop::tcp_flags;
    return;
  }
  const bool full = requests_.size() > backlog_;  // kernel: inet_csk_reqsk_queue_is_full()
  enum { kNoCookies = 0, kAlwaysCookies = 2 };
  const int cookies = sockets_.host().sysctls.get(Ipv4Key::tcp_syncookies);
  if (accepted_.size() > backlog_ || (full && cookies == kNoCookies)) {
    segment.drop = Drop::socket_rcvbuff;
    return;
  }
  // Without cookies a quarter is kept for clients that are known (kernel: tcp_conn_request()).
  const int most = sockets_.host().sysctls.get(Ipv4Key::tcp_max_syn_backlog);
  if (cookies == kNoCookies && most - static_cast<int>(requests_.size()) < (most >> 2)) {
    segment.drop = Drop::socket_rcvbuff;
    return;
  }
  sockets_.open_request(*this, segment, full || cookies == kAlwaysCookies, std::nullopt);
}

TcpRequest::TcpRequest(TcpSocket& listener, const TcpIncoming& syn, std::uint32_t iss)
    : TcpEndpoint(Kind::request, listener.sockets_),
      listener_(&listener),
      options_(syn.options),
      iss_(iss),
      irs_(syn.seq),
      timer_(&TcpRequest::on_timer, *this) {
  Stack& host = sockets_.host();
  local_ = {syn.packet.ip().dst(), syn.tcp.dport()};
  remote_ = {syn.packet.ip().src(), syn.tcp.sport()};
  if (host.sysctls.get(Ipv4Key::tcp_fwmark_accept) != 0) mark_ = syn.packet.mark;
  timestamp_offset_ = sockets_.timestamp_offset(local_.addr, remote_.addr);
  recent_timestamp_ = syn.options.timestamp;
  peer_window_ = syn.tcp.window();
  // Ours: what they offer and we have on.
  options_.has_timestamp &= host.sysctls.get(Ipv4Key::tcp_timestamps) != 0;
  options_.has_scale &= host.sysctls.get(Ipv4Key::tcp_window_scaling) != 0;
  options_.sack_permitted &= host.sysctls.get(Ipv4Key::tcp_sack) != 0;
  options_.sack_count = 0;
  remember_ip_options(syn.packet);
}

// Kernel: tcp_v4_save_options().
void TcpRequest::remember_ip_options(const Packet& packet) {
  ip_options_ = {};
  if (!echo_ip_options(sockets_.host(), packet, ip_options_)) ip_options_ = {};
}

base::Time TcpRequest::interval() const { return std::chrono::seconds(1) * (1u << std::min(timeouts_, 7u)); }

void TcpRequest::cancel_timers() { sockets_.host().cancel(timer_); }

TcpTimer TcpRequest::timer() const { return {TcpTimer::Kind::on, sockets_.host().left(timer_.deadline()), timeouts_}; }

void TcpRequest::drop() {
  std::erase(listener_->requests_, this);
  sockets_.retire(*this);
}

// False: there is no way to the client.
bool TcpRequest::send_synack() {
  Stack& host = sockets_.host();
  const Route route = host.fib.output(flow());
  if (route.type != RouteType::unicast && route.type != RouteType::local) return false;
  if (advertised_mss_ == 0) {
    advertised_mss_ = announced_mss(route, host.kernel());
    const FirstWindow first = first_window(advertised_mss_ - (options_.has_timestamp ? kTcpTimestampSize : 0),
                                           options_.has_scale, route.tcp.first_window);
    window_ = first.window;
    clamp_ = first.clamp;
    scale_ = first.scale;
  }
  TcpOutgoing out{
      .from = local_, .to = remote_, .seq = iss_, .ack = irs_ + 1, .flags = Tcp::syn | Tcp::ack, .mark = mark_};
  out.window = static_cast<std::uint16_t>(std::min(window_, 65535u));
  out.options.mss = advertised_mss_;
  out.options.has_scale = options_.has_scale;
  out.options.scale = scale_;
  out.options.sack_permitted = options_.sack_permitted;
  out.options.has_timestamp = options_.has_timestamp;
  out.options.timestamp = static_cast<std::uint32_t>(host.now() / std::chrono::milliseconds(1)) + timestamp_offset_;
  out.options.echo = recent_timestamp_;
  out.ip_options = &ip_options_;
  // What every link can carry needs no permission to be cut, nor an id (kernel: ip_build_and_send_pkt()).
  constexpr std::uint32_t kLeastMtu = 68;  // RFC 791
  const std::uint32_t size = wire::Ipv4::kMinSize + ip_options_.size + Tcp::kMinSize + out.options.size();
  out.df = size <= kLeastMtu || listener_->must_not_fragment(route);
  if (!out.df) out.ip_id = static_cast<std::uint16_t>(sockets_.rng().next());
  sockets_.send(make_segment(host, out, route));
  if (sent_at_ == base::kNever)
    sent_at_ = host.now();
  else
    ++resends_;
  return true;
}

void TcpRequest::on_timer(base::Timer& timer) {
  auto& request = static_cast<TcpRequest&>(static_cast<OwnedTimer&>(timer).owner);
  const SocketCalls::Call call(request.sockets_.calls());
  request.timeout();
}

void TcpRequest::timeout() {
  Stack& host = sockets_.host();
  const auto retries = static_cast<unsigned>(std::max(host.sysctls.get(Ipv4Key::tcp_synack_retries), 0));
  if (cookie_ || timeouts_ >= retries) return drop();
  ++timeouts_;
  send_synack();
  host.arm_pinned(timer_, host.now() + interval());
}

// Kernel: tcp_v4_reqsk_send_ack().
void TcpRequest::send_ack(const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  EchoedOptions ip_options;
  if (!echo_ip_options(host, segment.packet, ip_options)) return;
  const Route route = host.fib.output(flow());
  if (route.type != RouteType::unicast && route.type != RouteType::local) return;
  TcpOutgoing out{.from = local_, .to = remote_, .seq = iss_ + 1, .ack = irs_ + 1, .flags = Tcp::ack, .mark = mark_};
  out.window = static_cast<std::uint16_t>(std::min(window_ >> scale_, 65535u));
  out.tos = static_cast<std::uint8_t>(segment.packet.ip().tos() & ~3u);
  out.ip_options = &ip_options;
  out.options.has_timestamp = options_.has_timestamp;
  out.options.timestamp = static_cast<std::uint32_t>(host.now() / std::chrono::milliseconds(1)) + timestamp_offset_;
  out.options.echo = recent_timestamp_;
  sockets_.send(make_segment(host, out, route));
}

// Kernel: tcp_create_openreq_child().
void TcpSocket::become_child(const TcpRequest& request, const TcpOptions& answer) {
  Stack& host = sockets_.host();
  local_ = request.local_;
  remote_ = request.remote_;
  reuse_address_ = request.listener_->reuse_address_;
  reuse_port_ = request.listener_->reuse_port_;
  no_delay_ = request.listener_->no_delay_;
  keep_alive_ = request.listener_->keep_alive_;
  port_chosen_ = true;
  listener_ = request.listener_;
  owner = listener_->owner;
  mark_ = request.mark_;
  discovers_mtu = listener_->discovers_mtu;
  route_ = host.fib.output(flow());
  ip_id_ = static_cast<std::uint16_t>(sockets_.rng().next());
  iss_ = request.iss_;
  irs_ = request.irs_;
  una_ = next_ = write_ = iss_ + 1;
  small_sent_ = una_;
  timestamp_offset_ = request.timestamp_offset_;
  next_in_ = window_from_ = irs_ + 1;
  window_in_ = window_goal_ = request.window_;
  window_most_ = request.clamp_;
  receive_scale_ = request.scale_;
  scale_ok_ = request.options_.has_scale;
  send_scale_ = scale_ok_ ? request.options_.scale : std::uint8_t{0};
  sack_ok_ = request.options_.sack_permitted;
  timestamps_ok_ = request.options_.has_timestamp;
  if (timestamps_ok_) {
    recent_timestamp_ = request.recent_timestamp_;
    recent_timestamp_at_ = host.now();
    has_recent_timestamp_ = true;
  }
  advertised_mss_ = request.advertised_mss_ - (timestamps_ok_ ? kTcpTimestampSize : 0);
  mss_clamp_ = request.options_.mss == 0 ? 536 : request.options_.mss;
  window_ = most_window_ = request.peer_window_;
  ip_options_ = request.ip_options_;
  sync_mss(route_.mtu);
  set_state(TcpState::syn_recv);
  congestion_.begin(route_.tcp.first_congestion);
  begin_transfer({request.resends_, request.timeouts_ != 0, request.cookie_ ? base::kNever : request.sent_at_}, answer);
}

// Kernel: tcp_check_req().
void TcpRequest::receive(const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  const bool old = options_.has_timestamp && segment.options.has_timestamp &&
                   static_cast<std::int32_t>(recent_timestamp_ - segment.options.timestamp) > 0;
  const std::uint8_t kind = segment.tcp.flags() & (Tcp::rst | Tcp::syn | Tcp::ack);
  if (segment.seq == irs_ && kind == Tcp::syn && !old) {  // the SYN once more
    if (tcp_rate_limited(segment, host.now(), last_challenge_)) {
      segment.drop = Drop::tcp_old_data;
      return;
    }
    send_synack();
    if (!cookie_) host.arm_pinned(timer_, host.now() + interval());
    return;
  }
  if (segment.has(Tcp::ack) && !segment.has(Tcp::rst) && segment.ack != iss_ + 1) return sockets_.refuse(segment);
  const bool in_window = seq_between(segment.seq, irs_ + 1, irs_ + 1 + window_) ||
                         (seq_after(segment.end, irs_ + 1) && seq_before(segment.seq, irs_ + 1 + window_));
  if (old || !in_window) {
    segment.drop = Drop::tcp_old_data;
    if (!segment.has(Tcp::rst) && !tcp_rate_limited(segment, host.now(), last_challenge_)) send_ack(segment);
    return;
  }
  const bool syn = segment.has(Tcp::syn) && segment.seq != irs_;
  // RFC 5961: only the very next number ends it (seen on 6.1.192, 6.12.113 and 6.12.117, case tcp-request).
  if (host.kernel().challenges_resets_early && segment.has(Tcp::rst) && segment.seq != irs_ + 1) {
    segment.drop = Drop::tcp_reset;
    if (!tcp_rate_limited(segment, host.now(), last_challenge_)) send_ack(segment);
    return;
  }
  if (segment.has(Tcp::rst) || syn) {  // anywhere in the window: a request of 6.1.176 gives no challenge
    if (!segment.has(Tcp::rst)) sockets_.refuse(segment);
    segment.drop = Drop::tcp_reset;
    return drop();
  }
  if (!segment.has(Tcp::ack)) {
    segment.drop = Drop::tcp_flags;
    return;
  }
  TcpSocket& listener = *listener_;
  if (listener.accepted_.size() > listener.backlog_) {  // full: the client will send again
    segment.drop = Drop::socket_rcvbuff;
    if (sockets_.host().sysctls.get(Ipv4Key::tcp_abort_on_overflow) == 0 || cookie_) return;
    sockets_.refuse(segment);
    return drop();
  }
  if (cookie_) remember_ip_options(segment.packet);  // nothing was kept of the SYN (kernel: cookie_v4_check())
  auto socket = std::make_unique<TcpSocket>(sockets_);
  socket->become_child(*this, segment.options);
  if (options_.has_timestamp && segment.options.has_timestamp && !seq_after(segment.seq, irs_ + 1)) {
    socket->recent_timestamp_ = segment.options.timestamp;
  }
  auto& child = static_cast<TcpSocket&>(sockets_.own(std::move(socket)));
  drop();  // the child takes its place
  sockets_.enter(child);
  sockets_.hold_port(child);
  listener.accepted_.push_back(&child);
  sockets_.tell(listener);
  child.receive(segment);
}

}  // namespace lvs::host
