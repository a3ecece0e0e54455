// SPDX-License-Identifier: GPL-2.0-or-later
// What the table of TCP connections holds: sockets, connections that are being opened to a listener, and those in
// TIME_WAIT (kernel: sock, request_sock, inet_timewait_sock).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/timer-wheel.h"
#include "host/env/kernel.h"
#include "host/packet/packet.h"
#include "host/packet/route.h"
#include "host/socket/base/calls.h"
#include "host/socket/base/socket.h"
#include "host/socket/tcp/options.h"
#include "trace/drop.h"
#include "wire/tcp.h"

namespace lvs::host {

struct FlowKey;
class Stack;
class TcpTable;
class TcpSocket;
struct EchoedOptions;

// As `netstat` and `ss` name them; in the kernel's order (enum in tcp_states.h).
enum class TcpState : std::uint8_t {
  established = 1,
  syn_sent,
  syn_recv,
  fin_wait1,
  fin_wait2,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  closing,
};

// Sequence numbers are on a circle (RFC 9293 section 3.4).
constexpr bool seq_before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }
constexpr bool seq_after(std::uint32_t a, std::uint32_t b) { return seq_before(b, a); }
constexpr bool seq_between(std::uint32_t x, std::uint32_t low, std::uint32_t high) { return high - low >= x - low; }

// A segment that has come in, its checksum verified.
struct TcpIncoming {
  const Packet& packet;
  wire::ConstTcp tcp;
  TcpOptions options;
  std::uint32_t seq;
  std::uint32_t end;  // behind data, SYN and FIN
  std::uint32_t ack;
  std::uint32_t data_size;
  mutable trace::Drop drop = trace::Drop::none;  // why it was of no use, if it was not

  explicit TcpIncoming(const Packet& from);
  bool has(wire::Tcp::Flag flag) const { return tcp.has(flag); }
};

// What `ss -o` and `netstat -o` tell of a connection (kernel: inet_sk_diag_fill(), get_tcp4_sock()).
struct TcpTimer {
  enum class Kind : std::uint8_t { off, on, keep_alive, time_wait, probe };
  Kind kind = Kind::off;
  base::Time left{};  // whole ticks, where there are ticks
  unsigned retransmits = 0, probes = 0;
};

class TcpEndpoint : public FreedAfterCall {
 public:
  enum class Kind : std::uint8_t { socket, request, time_wait };

  TcpEndpoint(Kind kind, TcpTable& sockets) : kind_(kind), sockets_(sockets) {}
  ~TcpEndpoint() override = default;
  TcpEndpoint(const TcpEndpoint&) = delete;
  TcpEndpoint& operator=(const TcpEndpoint&) = delete;

  Kind kind() const { return kind_; }
  const SocketAddress& local() const { return local_; }
  const SocketAddress& remote() const { return remote_; }
  virtual TcpState state() const = 0;
  virtual TcpTimer timer() const = 0;

 protected:
  friend class TcpTable;
  virtual void receive(const TcpIncoming& segment) = 0;
  virtual void cancel_timers() = 0;

  FlowKey flow() const;  // to be asked of the routing tables

  struct OwnedTimer : base::Timer {
    OwnedTimer(Fire fire, TcpEndpoint& whose) : base::Timer(fire), owner(whose) {}
    TcpEndpoint& owner;
  };

  Kind kind_;
  TcpTable& sockets_;
  SocketAddress local_, remote_;
  std::uint64_t serial_ = 0;  // in the order made; listings
  std::uint32_t mark_ = 0;    // of what it sends: the SYN's, with tcp_fwmark_accept (kernel: sk_mark, ir_mark, tw_mark)
  std::size_t place_ = 0;     // among those that the table owns
  bool in_connections_ = false;
  bool bound_ = false;        // holds its local port
  bool port_chosen_ = false;  // by bind(), its own or its listener's, not by connect()
  bool reuse_address_ = false, reuse_port_ = false;
};

// The window to begin with, for segments of `mss` bytes, at most `most` of them unless 0 (kernel:
// tcp_select_initial_window() with the default tcp_rmem).
struct FirstWindow {
  std::uint32_t window, clamp;
  std::uint8_t scale;
};
FirstWindow first_window(std::uint32_t mss, bool scaled, std::uint32_t most);
// What is announced as MSS to those behind `route` (kernel: dst_metric_advmss()).
std::uint16_t announced_mss(const Route& route, const Kernel& kernel);

// One segment to be sent.
struct TcpOutgoing {
  SocketAddress from, to;
  std::uint32_t seq = 0, ack = 0;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;
  TcpOptions options{};
  Payload data{};
  std::uint16_t ip_id = 0;
  std::uint8_t tos = 0;
  bool df = true;  // always so, with id 0, where no socket sends (kernel: IP_PMTUDISC_DO in tcp_sk_init())
  const EchoedOptions* ip_options = nullptr;  // nullptr: none
  std::uint32_t mark = 0;
};
// As the kernel's __tcp_transmit_skb() and ip_queue_xmit() would put it on the way. `route` is valid and no error.
PacketPtr make_segment(Stack& host, const TcpOutgoing& segment, const Route& route);

// Limits challenge ACKs and the like to one in half a second (kernel: tcp_oow_rate_limited()).
bool tcp_rate_limited(const TcpIncoming& segment, base::Time now, base::Time& last);

}  // namespace lvs::host
