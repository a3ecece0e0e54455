// SPDX-License-Identifier: GPL-2.0-or-later
// Connections that are over, and those half over that nobody has any more (kernel: tcp_timewait_state_process()).
#include "host/ip/stack.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using trace::Drop;
using wire::Tcp;

namespace {

constexpr base::Time kTimeWait = std::chrono::seconds(60);

// Kernel: tcp_in_window().
bool in_window(const TcpIncoming& segment, std::uint32_t begin, std::uint32_t end) {
  return segment.seq == begin || (seq_after(segment.end, begin) && seq_before(segment.seq, end)) ||
         (segment.seq == end && segment.seq == segment.end);
}

}  // namespace

TcpTimeWait::TcpTimeWait(TcpTable& sockets, SocketAddress local, SocketAddress remote, TcpState substate,
                         const Numbers& numbers, base::Time length)
    : TcpEndpoint(Kind::time_wait, sockets),
      state_(substate),
      numbers_(numbers),
      timer_(&TcpTimeWait::on_timer, *this) {
  local_ = local;
  remote_ = remote;
  sockets_.host().arm(timer_, sockets_.host().now() + length);
}

void TcpTimeWait::on_timer(base::Timer& timer) {
  auto& self = static_cast<TcpTimeWait&>(static_cast<OwnedTimer&>(timer).owner);
  const SocketCalls::Call call(self.sockets_.calls());
  self.sockets_.retire(self);
}

void TcpTimeWait::cancel_timers() { sockets_.host().cancel(timer_); }

TcpTimer TcpTimeWait::timer() const { return {TcpTimer::Kind::time_wait, sockets_.host().left(timer_.deadline())}; }

// Kernel: tcp_v4_timewait_ack().
void TcpTimeWait::send_ack(const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  EchoedOptions ip_options;
  if (!echo_ip_options(host, segment.packet, ip_options)) return;
  const Route route = host.fib.output(flow());
  if (route.type != RouteType::unicast && route.type != RouteType::local) return;
  TcpOutgoing out{
      .from = local_, .to = remote_, .seq = numbers_.next, .ack = numbers_.next_in, .flags = Tcp::ack, .mark = mark_};
  out.window = static_cast<std::uint16_t>(numbers_.window_in >> numbers_.scale);
  out.ip_options = &ip_options;
  out.options.has_timestamp = numbers_.timestamps;
  out.options.timestamp =
      static_cast<std::uint32_t>(host.now() / std::chrono::milliseconds(1)) + numbers_.timestamp_offset;
  out.options.echo = numbers_.recent_timestamp;
  sockets_.send(make_segment(host, out, route));
}

void TcpTimeWait::receive(const TcpIncoming& segment) {
  Stack& host = sockets_.host();
  const bool stamped = numbers_.timestamps && segment.options.has_timestamp;
  const bool old = stamped && static_cast<std::int32_t>(numbers_.recent_timestamp - segment.options.timestamp) > 0;
  const auto acknowledge = [&] {
    segment.drop = Drop::tcp_old_data;
    if (!tcp_rate_limited(segment, host.now(), last_challenge_)) send_ack(segment);
  };
  const auto again = [&] { host.arm(timer_, host.now() + kTimeWait); };

  if (state_ == TcpState::fin_wait2) {
    if (old || !in_window(segment, numbers_.next_in, numbers_.next_in + numbers_.window_in)) return acknowledge();
    if (segment.has(Tcp::rst)) {
      segment.drop = Drop::tcp_reset;
      return sockets_.retire(*this);
    }
    const bool reopens = segment.has(Tcp::syn) && !seq_before(segment.seq, numbers_.next_in);
    if (!reopens &&
        (!segment.has(Tcp::ack) || !seq_after(segment.end, numbers_.next_in) || segment.end == segment.seq)) {
      return;
    }
    if (reopens || !segment.has(Tcp::fin) || segment.end != numbers_.next_in + 1) {
      sockets_.refuse(segment);
      return sockets_.retire(*this);
    }
    state_ = TcpState::time_wait;
    numbers_.next_in = segment.end;
    if (stamped) numbers_.recent_timestamp = segment.options.timestamp;
    again();
    return send_ack(segment);
  }

  if (!old && segment.seq == numbers_.next_in && (segment.seq == segment.end || segment.has(Tcp::rst))) {
    if (segment.has(Tcp::rst)) {  // RFC 1337 is off, as net.ipv4.tcp_rfc1337
      segment.drop = Drop::tcp_reset;
      return sockets_.retire(*this);
    }
    again();
    if (stamped) numbers_.recent_timestamp = segment.options.timestamp;
    return;
  }
  const bool newer = seq_after(segment.seq, numbers_.next_in) ||
                     (stamped && static_cast<std::int32_t>(numbers_.recent_timestamp - segment.options.timestamp) < 0);
  if (segment.has(Tcp::syn) && !segment.has(Tcp::rst) && !segment.has(Tcp::ack) && !old && newer) {
    if (TcpSocket* listener = sockets_.find_listener(local_)) {  // a new connection
      const std::uint32_t iss = numbers_.next + 65535 + 2;
      sockets_.retire(*this);
      return sockets_.open_request(*listener, segment, false, iss == 0 ? 1 : iss);
    }
  }
  if (segment.has(Tcp::rst)) {
    segment.drop = Drop::tcp_reset;
    return;
  }
  if (old || segment.has(Tcp::ack)) again();
  acknowledge();
}

}  // namespace lvs::host
