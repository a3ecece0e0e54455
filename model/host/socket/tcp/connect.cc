// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of the program, and how connections begin and end (kernel: tcp.c, tcp_ipv4.c).
#include <algorithm>

#include "host/ip/stack.h"
#include "host/socket/base/route-error.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

namespace {

constexpr std::size_t kSendBuffer = 256 * 1024;  // kernel: sk_sndbuf, which grows with the window
constexpr base::Time kTimeWait = std::chrono::seconds(60);

}  // namespace

TcpSocket::TcpSocket(TcpTable& sockets)
    : TcpEndpoint(Kind::socket, sockets),
      send_timer_(&TcpSocket::on_send_timer, *this),
      ack_timer_(&TcpSocket::on_ack_timer, *this),
      life_timer_(&TcpSocket::on_life_timer, *this) {
  discovers_mtu = sockets.host().sysctls.get(Ipv4Key::ip_no_pmtu_disc) == 0;
}

TcpSocket::~TcpSocket() = default;

void SocketCloser::operator()(TcpSocket* socket) const { socket->close(); }

// --- opening ---

SocketError TcpSocket::bind(SocketAddress address) {
  if (state_ != TcpState::close || bound_) return SocketError::invalid;
  return sockets_.take_port(*this, address);
}

SocketError TcpSocket::listen(unsigned backlog) {
  if (state_ == TcpState::listen) {
    backlog_ = backlog;
    return SocketError::none;
  }
  if (state_ != TcpState::close) return SocketError::invalid;
  if (!bound_) {
    if (const SocketError error = sockets_.take_port(*this, {}); error != SocketError::none) return error;
  }
  if (!sockets_.may_listen(*this)) return SocketError::in_use;
  const auto most = static_cast<unsigned>(sockets_.host().sysctls.somaxconn);
  backlog_ = std::min(backlog, most);
  state_ = TcpState::listen;
  return SocketError::none;
}

SocketError TcpSocket::connect(SocketAddress to) {
  if (state_ != TcpState::close) return SocketError::connected;
  Stack& host = sockets_.host();
  const auto begin = [&] {
    const SocketCalls::Call call(sockets_.calls());
    sockets_.calls().charge_connection(*this);
    if (to.addr.is_any()) to.addr = base::Ipv4Addr::of(127, 0, 0, 1);
    FlowKey way = flow();
    way.dst = to.addr;
    way.dport = to.port;
    route_ = host.fib.output(way);
    if (const SocketError error = error_of(route_); error != SocketError::none) return error;
    if (route_.type == RouteType::broadcast || route_.type == RouteType::multicast) return SocketError::net_unreachable;
    if (local_.addr.is_any()) local_.addr = route_.src;
    remote_ = to;
    if (!sockets_.choose_connection(*this)) return SocketError::not_available;
    if (way.sport != local_.port) {  // kernel: ip_route_newports()
      route_ = host.fib.output(flow());
      if (const SocketError error = error_of(route_); error != SocketError::none) return error;
    }
    sockets_.enter(*this);
    begin_connection();
    return SocketError::none;
  };
  const SocketError error = begin();
  // The SYN has left. Linux sets its timer behind that of the neighbour who is asked, and of two that are due at one
  // tick the one set later comes first; who is set again without being off keeps its place.
  if (host.ticks() && send_timer_.armed()) {
    host.cancel(send_timer_);
    arm_send(pending_, rtt_.timeout());
  }
  return error;
}

// The way may have changed since the last segment (kernel: __sk_dst_check()).
bool TcpSocket::update_route() {
  Stack& host = sockets_.host();
  const Route route = host.fib.output(flow());
  const std::uint32_t before = route_.mtu;
  route_ = route;
  if (error_of(route_) != SocketError::none) return false;
  if (route.mtu != before && path_mtu_ != 0) sync_mss(route.mtu);
  return true;
}

// Kernel: tcp_connect_init().
void TcpSocket::begin_connection() {
  Stack& host = sockets_.host();
  iss_ = sockets_.first_sequence(local_, remote_);
  timestamp_offset_ = sockets_.timestamp_offset(local_.addr, remote_.addr);
  ip_id_ = static_cast<std::uint16_t>(sockets_.rng().next());
  una_ = next_ = iss_;
  write_ = iss_ + 1;
  advertised_mss_ = announced_mss(route_, host.kernel());
  path_mtu_ = route_.mtu;
  sync_mss(route_.mtu);
  const FirstWindow first =
      first_window(advertised_mss_, host.sysctls.get(Ipv4Key::tcp_window_scaling) != 0, route_.tcp.first_window);
  congestion_.begin(route_.tcp.first_congestion);
  window_in_ = window_goal_ = first.window;
  window_most_ = first.clamp;
  receive_scale_ = first.scale;
  rtt_.reset_timeout();
  set_state(TcpState::syn_sent);
  send_syn();
}

void TcpSocket::set_state(TcpState state) { state_ = state; }

// Kernel: tcp_finish_connect(), tcp_init_transfer().
void TcpSocket::established() {
  set_state(TcpState::established);
  confirm_neighbour_ = true;  // kernel: tcp_init_metrics()
  read_since_ = sockets_.host().now();
  read_before_ = std::min(window_in_, 10 * advertised_mss_);
  // One segment of the room is kept back (kernel: tcp_init_buffer_space()).
  constexpr std::uint32_t kSpace = 65536;
  if (window_most_ >= kSpace) window_most_ = std::max(2 * advertised_mss_, kSpace - advertised_mss_);
  window_goal_ = std::min(window_goal_, window_most_);
  std::uint32_t hint = std::min({advertised_mss_, mss_, window_in_ / 2, 536u});
  incoming_mss_ = std::max(hint, 88u);
  heard_ = sockets_.host().now();
  begin_keep_alive();
  tell();
}

// A request that was acknowledged becomes a socket (kernel: tcp_create_openreq_child()).
TcpPtr TcpSocket::accept() {
  if (accepted_.empty()) return nullptr;
  TcpSocket* const child = accepted_.front();
  accepted_.pop_front();
  child->listener_ = nullptr;
  sockets_.calls().charge_connection(*this);
  return TcpPtr(child);
}

// --- data ---

std::size_t TcpSocket::write(std::string_view bytes, SocketError& error, bool more) {
  error = SocketError::none;
  if (error_ != SocketError::none) {
    error = take_error();
    return 0;
  }
  if (write_shut_) {
    error = SocketError::broken_pipe;
    return 0;
  }
  if (state_ != TcpState::established && state_ != TcpState::close_wait) {
    error =
        state_ == TcpState::syn_sent || state_ == TcpState::syn_recv ? SocketError::again : SocketError::broken_pipe;
    return 0;
  }
  const std::size_t room = kSendBuffer - std::min(kSendBuffer, queue_.size());
  const std::size_t size = std::min(room, bytes.size());
  if (size == 0) {
    error = bytes.empty() ? SocketError::none : SocketError::again;
    return 0;
  }
  const SocketCalls::Call call(sockets_.calls());
  sockets_.calls().charge_call(*this, size);
  queue_.push({reinterpret_cast<const std::uint8_t*>(bytes.data()), size});
  write_ += static_cast<std::uint32_t>(size);
  more_ = more;
  push();
  return size;
}

std::size_t TcpSocket::read(std::string& to, std::size_t most, SocketError& error) {
  error = SocketError::none;
  const std::size_t size = std::min(most, received_.size());
  if (size == 0) {
    if (error_ != SocketError::none) {
      error = take_error();
    } else if (!fin_received_ && !read_shut_) {
      error = state_ == TcpState::close ? SocketError::not_connected : SocketError::again;
    }
    fin_read_ = fin_received_;
    return 0;
  }
  const SocketCalls::Call call(sockets_.calls());
  sockets_.calls().charge_call(*this, size);
  to.append(reinterpret_cast<const char*>(received_.data()), size);
  received_.pop(size);
  fin_read_ = fin_received_ && received_.empty() && size < most;
  // Who reads much in a round trip gets a larger window (kernel: tcp_rcv_space_adjust()).
  constexpr std::uint32_t kMostWindow = 3 << 20;  // half of tcp_rmem[2]
  const base::Time now = sockets_.host().now();
  read_now_ += static_cast<std::uint32_t>(size);
  if (rtt_.known() && now - read_since_ >= rtt_.smoothed()) {
    if (read_now_ > read_before_) {
      window_most_ = std::max(window_most_, std::min(2 * read_now_ + 16 * advertised_mss_, kMostWindow));
      read_before_ = read_now_;
    }
    read_now_ = 0;
    read_since_ = now;
  }
  // The peer may be waiting for room (kernel: tcp_cleanup_rbuf()).
  const bool open = state_ == TcpState::established || state_ == TcpState::fin_wait1 || state_ == TcpState::fin_wait2;
  if (open && !read_shut_) {
    const std::uint32_t offered = receive_window(), now_free = offered_window();
    const bool wider = 2 * offered <= window_most_ && now_free != 0 && now_free >= 2 * offered;
    const bool due =
        acks_.due() && (next_in_ - window_from_ > incoming_mss_ || (received_.empty() && !acks_.interactive()));
    if (wider || due) send_ack();
  }
  return size;
}

SocketError TcpSocket::take_error() {
  const SocketError error = error_;
  error_ = SocketError::none;
  return error;
}

bool TcpSocket::readable() const {
  if (state_ == TcpState::listen) return !accepted_.empty();
  return !received_.empty() || fin_received_ || read_shut_ || failed();
}

bool TcpSocket::writable() const {
  if (failed() || state_ == TcpState::close) return true;
  if (state_ == TcpState::syn_sent || state_ == TcpState::syn_recv || state_ == TcpState::listen) return false;
  return write_shut_ || 3 * queue_.size() < 2 * kSendBuffer;
}

bool TcpSocket::hung_up() const { return state_ == TcpState::close || ((fin_received_ || read_shut_) && write_shut_); }

std::size_t TcpSocket::receive_queue() const {
  if (state_ == TcpState::listen) return accepted_.size();
  return received_.size() + (fin_received_ && !fin_read_ && !orphan_ ? 1 : 0);
}

std::size_t TcpSocket::send_queue() const {
  if (state_ == TcpState::listen) return backlog_;
  if (state_ == TcpState::close) return 0;
  return write_ + (fin_queued_ ? 1 : 0) - una_;
}

// --- ending ---

// Kernel: tcp_close_state(). True: a FIN is to be sent.
bool TcpSocket::close_state() {
  switch (state_) {
    case TcpState::established:
    case TcpState::syn_recv: set_state(TcpState::fin_wait1); return true;
    case TcpState::close_wait: set_state(TcpState::last_ack); return true;
    case TcpState::syn_sent: done(SocketError::none); return false;
    default: return false;
  }
}

void TcpSocket::send_fin() {
  fin_queued_ = true;
  push();
}

void TcpSocket::shut_read() {
  read_shut_ = true;
  if (hung_up()) tell();
}

void TcpSocket::shut_write() {
  const SocketCalls::Call call(sockets_.calls());
  if (write_shut_) return;
  write_shut_ = true;
  if (close_state()) send_fin();
  if (hung_up()) tell();
}

// Kernel: tcp_close().
void TcpSocket::close() {
  const SocketCalls::Call call(sockets_.calls());
  sockets_.calls().charge_call(*this);
  sockets_.forget(*this);
  orphan_ = read_shut_ = write_shut_ = true;
  owner = {};
  if (state_ == TcpState::listen) {
    stop_listening();
    return sockets_.retire(*this);
  }
  const bool unread = !received_.empty();
  received_.clear();
  if (state_ == TcpState::close) return sockets_.retire(*this);
  if (unread) return abort();
  if (close_state()) {
    send_fin();
  } else if (state_ == TcpState::fin_wait2) {
    enter_time_wait(TcpState::fin_wait2, std::chrono::seconds(sockets_.host().sysctls.get(Ipv4Key::tcp_fin_timeout)));
  }
}

void TcpSocket::stop_listening() {
  while (!requests_.empty()) requests_.back()->drop();
  for (TcpSocket* child : accepted_) {
    child->listener_ = nullptr;
    child->orphan_ = true;
    if (child->state_ == TcpState::close) {
      sockets_.retire(*child);
    } else {
      child->abort();
    }
  }
  accepted_.clear();
}

void TcpSocket::abort() {
  send_reset();
  done(SocketError::none);
}

// Kernel: tcp_done(). The program, if there is one, still has the socket.
void TcpSocket::done(SocketError error) {
  error_ = error;
  set_state(TcpState::close);
  cancel_timers();
  queue_.clear();
  sent_.clear();
  early_.clear();
  read_shut_ = write_shut_ = true;
  if (orphan_) return sockets_.retire(*this);
  sockets_.leave(*this);
  if (!port_chosen_) sockets_.release_port(*this);
  tell();
}

// Kernel: tcp_time_wait(). What remains is told to nobody.
void TcpSocket::enter_time_wait(TcpState substate, base::Time length) {
  const TcpTimeWait::Numbers numbers{.next = next_,
                                     .next_in = next_in_,
                                     .window_in = receive_window(),
                                     .recent_timestamp = recent_timestamp_,
                                     .timestamps = timestamps_ok_,
                                     .scale = receive_scale_,
                                     .timestamp_offset = timestamp_offset_};
  auto rest = std::make_unique<TcpTimeWait>(sockets_, local_, remote_, substate, numbers,
                                            length > base::Time{0} ? length : kTimeWait);
  const bool chosen = port_chosen_, address = reuse_address_, port = reuse_port_;
  done(SocketError::none);
  sockets_.inherit(sockets_.own(std::move(rest)), chosen, address, port, mark_);
}

void TcpSocket::tell() {
  if (listener_ != nullptr) return;  // nobody has accepted it yet
  sockets_.tell(*this);
}

// Kernel: the end of tcp_v4_err().
void TcpSocket::icmp_error(SocketError error) {
  if (error == SocketError::none) return;
  if (state_ == TcpState::syn_sent || state_ == TcpState::syn_recv) return done(error);
  soft_error_ = error;  // told when the connection times out
}

}  // namespace lvs::host
