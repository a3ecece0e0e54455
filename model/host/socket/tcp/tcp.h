// SPDX-License-Identifier: GPL-2.0-or-later
// A TCP socket as Linux 6.1 has it, small: what goes over the wire is Linux's (net/ipv4/tcp*.c), with NewReno and SACK
// in place of RACK and CUBIC, and without urgent data and Fast Open.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "host/ip/echoed-options.h"
#include "host/socket/base/byte-queue.h"
#include "host/socket/base/socket.h"
#include "host/socket/tcp/ack-clock.h"
#include "host/socket/tcp/congestion.h"
#include "host/socket/tcp/early.h"
#include "host/socket/tcp/endpoint.h"
#include "host/socket/tcp/in-flight.h"
#include "host/socket/tcp/rtt.h"

namespace lvs::host {

class TcpRequest;

class TcpSocket final : public TcpEndpoint, public SocketBase {
 public:
  // --- calls of the program; each returns at once, as on a non-blocking socket ---

  // Port 0: the kernel chooses. An address that is none of this host's is not_available.
  SocketError bind(SocketAddress address);
  SocketError listen(unsigned backlog);
  // none: connected or on the way; then readiness, and take_error().
  SocketError connect(SocketAddress to);
  TcpPtr accept();  // nullptr: nobody is there
  // How many bytes were taken; 0 and error(): none for want of room (again), or never more.
  // `more`: there will be more, or the end; what fills no segment waits for it (MSG_MORE).
  std::size_t write(std::string_view bytes, SocketError& error, bool more = false);
  // Appends at most `most` bytes. 0: nothing there (again), the end (none), or an error.
  std::size_t read(std::string& to, std::size_t most, SocketError& error);
  // What read() would give, left where it is (MSG_PEEK).
  std::string_view waiting() const { return {reinterpret_cast<const char*>(received_.data()), received_.size()}; }
  // The peer will send nothing more, and all of it has been read.
  bool at_end() const { return received_.empty() && fin_received_; }
  void shut_read();
  void shut_write();
  void close();  // through TcpPtr
  SocketError take_error();

  void set_reuse(bool address, bool port) { reuse_address_ = address, reuse_port_ = port; }
  void set_no_delay(bool on) { no_delay_ = on; }
  // SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT; zero: as the sysctls say.
  struct KeepAlive {
    bool on = false;
    base::Time idle{}, interval{};
    unsigned probes = 0;
  };
  void set_keep_alive(const KeepAlive& wish);

  // --- what poll(2) would say ---
  bool readable() const;  // data, the end, somebody to accept, or an error
  bool writable() const;  // room for more, or an error
  bool hung_up() const;   // both directions are over
  bool failed() const { return error_ != SocketError::none; }

  // --- for listings ---
  TcpState state() const override { return state_; }
  TcpTimer timer() const override;
  std::size_t receive_queue() const;  // bytes to be read; of a listener: connections to be accepted
  std::size_t send_queue() const;     // bytes not acknowledged; of a listener: its backlog
  std::uint32_t mss() const { return mss_; }
  std::uint32_t retransmits() const { return retransmits_; }

  explicit TcpSocket(TcpTable& sockets);
  ~TcpSocket() override;

 private:
  friend class TcpTable;
  friend class TcpRequest;

  using Sent = InFlight::Sent;
  enum class Pending : std::uint8_t { none, retransmit, loss_probe, window_probe };

  // connect.cc: opening, closing, and how connections end
  bool update_route();
  void begin_connection();
  void set_state(TcpState state);
  void established();
  void done(SocketError error);  // nothing more is sent or received
  void abort();                  // with an RST
  void send_fin();
  bool close_state();
  void enter_time_wait(TcpState substate, base::Time length);
  void become_child(const TcpRequest& request, const TcpOptions& answer);
  void stop_listening();

  // input.cc, data.cc
  void receive(const TcpIncoming& segment) override;
  void receive_syn(const TcpIncoming& segment);
  void receive_in_syn_sent(const TcpIncoming& segment);
  void receive_in_state(const TcpIncoming& segment);
  bool acceptable(const TcpIncoming& segment);
  bool past_acknowledged(const TcpIncoming& segment);
  void reset_received();
  void challenge();
  void take_data(const TcpIncoming& segment);
  void take_bytes(const TcpIncoming& segment, std::uint32_t from, std::uint32_t size);
  void take_early();
  void take_fin();
  void keep_early(const TcpIncoming& segment);
  void note_data(std::uint32_t size);
  void acknowledge_soon();
  void acknowledge_quickly() { acks_.quicken(quick_segments()); }
  std::uint32_t quick_segments() const { return window_in_ / (2 * incoming_mss_); }
  void send_after_input();

  // ack.cc
  enum class AckVerdict : std::uint8_t { good, old, bad };
  AckVerdict take_ack(const TcpIncoming& segment);
  void take_window(const TcpIncoming& segment, bool& updated);
  bool take_sacks(const TcpIncoming& segment);
  std::uint32_t drop_acknowledged(const TcpIncoming& segment);
  void measure_rtt(base::Time rtt);
  void measure_by_echo(const TcpOptions& answer);
  // How a SYN, or a SYN with ACK, fared that is answered now.
  struct Opening {
    unsigned resends = 0;
    bool timed_out = false;           // not only asked for again
    base::Time since = base::kNever;  // it was sent first; never: nobody has kept that
  };
  void begin_transfer(const Opening& opening, const TcpOptions& answer);
  void find_lost(bool duplicate);

  // output.cc
  void send_syn();
  void send_ack();
  void send_reset();
  void transmit(std::uint32_t seq, std::uint8_t flags, Payload data, bool syn = false);
  void push(bool probe = false);
  bool waits_here(const Sent& sent) const;
  bool retransmit(std::size_t at);
  void add_sack_blocks(TcpOptions& options);
  void retransmit_lost();
  void sync_mss(std::uint32_t mtu);
  std::uint32_t current_mss() const;
  std::uint16_t select_window();
  std::uint32_t offered_window() const;
  std::uint32_t receive_window() const;
  std::uint32_t free_space() const;
  std::uint32_t timestamp() const;
  std::uint32_t timestamp(base::Time at) const;
  void simple_retransmit();

  // timer.cc
  static void on_send_timer(base::Timer& timer);
  static void on_ack_timer(base::Timer& timer);
  static void on_life_timer(base::Timer& timer);
  void arm_send(Pending what, base::Time after);
  void rearm_rto();
  bool schedule_loss_probe();
  void retransmission_timeout();
  void revert_back_off(std::uint32_t seq);
  bool probe_for_loss();
  void loss_probe();
  void window_probe();
  base::Time probe_wait() const;
  void probe_answered();
  bool timed_out();
  void forget_retries();
  void delayed_ack();
  // keep-alive.cc
  base::Time keep_alive_time() const;
  void begin_keep_alive();
  void keep_alive();
  void cancel_timers() override;

  void icmp_error(SocketError error);
  void mtu_reduced(std::uint32_t mtu);
  void tell();  // the program

  TcpState state_ = TcpState::close;
  bool orphan_ = false;  // the program has closed it
  bool read_shut_ = false, write_shut_ = false;
  bool fin_queued_ = false;
  SocketError error_ = SocketError::none, soft_error_ = SocketError::none;

  Route route_;
  std::uint32_t path_mtu_ = 0;  // that mss_ was computed from
  bool confirm_neighbour_ = false;
  std::uint16_t ip_id_ = 0;
  EchoedOptions ip_options_;  // in every segment (kernel: inet_opt); of who connects, none

  // Sending.
  ByteQueue queue_;  // from una_ (or the number behind the SYN) on
  InFlight sent_;
  Congestion congestion_;
  std::uint32_t iss_ = 0, una_ = 0, next_ = 0, write_ = 0;  // write_: behind the last byte queued
  std::uint32_t small_sent_ = 0;                            // behind the last segment that was not full (Nagle)
  std::uint32_t window_ = 0, window_seq_ = 0, most_window_ = 0;
  std::uint8_t send_scale_ = 0;
  std::uint32_t mss_ = 536, mss_clamp_ = 536;
  bool no_delay_ = false;
  bool more_ = false;        // the last write() said so
  unsigned duplicates_ = 0;  // acknowledgements that said nothing new, in a row

  // Time.
  RttEstimator rtt_;
  std::uint8_t retransmits_ = 0;  // comes round, as icsk_retransmits does
  unsigned backoff_ = 0, probes_ = 0;
  base::Time retries_since_ = base::kNever;  // kernel: retrans_stamp
  std::uint32_t timestamp_offset_ = 0;
  Pending pending_ = Pending::none;
  KeepAlive keep_alive_;
  base::Time heard_{};  // when the peer last acknowledged anything (kernel: rcv_tstamp)

  // Receiving.
  ByteQueue received_;
  EarlyData early_;
  std::uint32_t next_in_ = 0, window_from_ = 0, window_in_ = 0, irs_ = 0;
  std::uint32_t window_most_ = 0, window_goal_ = 0;  // the clamp, and how much of it is offered now
  std::uint8_t receive_scale_ = 0;
  std::uint32_t advertised_mss_ = 1460, incoming_mss_ = 536;
  std::uint32_t read_now_ = 0, read_before_ = 0;  // bytes the program read in this round trip, and in the best before
  base::Time read_since_{};
  bool fin_received_ = false, fin_read_ = false;  // a program has been told of it
  bool sack_ok_ = false, timestamps_ok_ = false, scale_ok_ = false;
  std::uint32_t recent_timestamp_ = 0;
  base::Time recent_timestamp_at_{};
  bool has_recent_timestamp_ = false;
  SackBlock duplicate_{};  // to be told as D-SACK
  base::Time last_challenge_{-1};
  AckClock acks_;

  // Listening.
  unsigned backlog_ = 0;
  std::vector<TcpRequest*> requests_;
  std::deque<TcpSocket*> accepted_;  // wait for accept()
  TcpSocket* listener_ = nullptr;    // of one that waits

  OwnedTimer send_timer_, ack_timer_, life_timer_;
};

// A connection half open (kernel: request_sock, TCP_NEW_SYN_RECV).
class TcpRequest final : public TcpEndpoint {
 public:
  TcpRequest(TcpSocket& listener, const TcpIncoming& syn, std::uint32_t iss);
  TcpState state() const override { return TcpState::syn_recv; }
  TcpTimer timer() const override;

 private:
  friend class TcpSocket;
  friend class TcpTable;
  void receive(const TcpIncoming& segment) override;
  void cancel_timers() override;
  static void on_timer(base::Timer& timer);
  void timeout();
  void remember_ip_options(const Packet& packet);
  bool send_synack();
  void send_ack(const TcpIncoming& segment);
  void drop();
  base::Time interval() const;

  TcpSocket* listener_;
  TcpOptions options_;  // what both agreed on
  std::uint32_t iss_, irs_;
  std::uint32_t recent_timestamp_ = 0;
  std::uint32_t timestamp_offset_ = 0;
  EchoedOptions ip_options_;  // those of the SYN; of a cookie, those of what brought it back
  std::uint32_t window_ = 0, clamp_ = 0;
  std::uint8_t scale_ = 0;
  std::uint32_t peer_window_ = 0;
  std::uint16_t advertised_mss_ = 0;
  bool cookie_ = false;  // the kernel would keep nothing of it
  unsigned timeouts_ = 0, resends_ = 0;
  base::Time sent_at_ = base::kNever, last_challenge_{-1};  // sent at first
  OwnedTimer timer_;
};

// Kernel: tcp_minisocks.c.
class TcpTimeWait final : public TcpEndpoint {
 public:
  struct Numbers {
    std::uint32_t next, next_in, window_in, recent_timestamp;
    bool timestamps;
    std::uint8_t scale;
    std::uint32_t timestamp_offset;
  };
  TcpTimeWait(TcpTable& sockets, SocketAddress local, SocketAddress remote, TcpState substate, const Numbers& numbers,
              base::Time length);
  // FIN_WAIT2 of a socket that nobody has any more is kept here too.
  TcpState state() const override { return state_; }
  TcpTimer timer() const override;
  const Numbers& numbers() const { return numbers_; }

 private:
  friend class TcpTable;
  void receive(const TcpIncoming& segment) override;
  void cancel_timers() override;
  static void on_timer(base::Timer& timer);
  void send_ack(const TcpIncoming& segment);

  TcpState state_;
  Numbers numbers_;
  base::Time last_challenge_{-1};
  OwnedTimer timer_;
};

}  // namespace lvs::host
