// SPDX-License-Identifier: GPL-2.0-or-later
// Probes of a connection on which nothing moves (kernel: tcp_keepalive_timer(); RFC 9293 section 3.8.4).
#include "host/ip/stack.h"
#include "host/socket/tcp/table.h"
#include "host/socket/tcp/tcp.h"

namespace lvs::host {

using wire::Tcp;

namespace {

base::Time seconds_of(const Sysctls& sysctls, Ipv4Key key) { return std::chrono::seconds(sysctls.get(key)); }

}  // namespace

void TcpSocket::set_keep_alive(const KeepAlive& wish) {
  keep_alive_ = wish;
  if (state_ != TcpState::close && state_ != TcpState::syn_sent && state_ != TcpState::listen) begin_keep_alive();
}

base::Time TcpSocket::keep_alive_time() const {
  return keep_alive_.idle != base::Time{} ? keep_alive_.idle
                                          : seconds_of(sockets_.host().sysctls, Ipv4Key::tcp_keepalive_time);
}

void TcpSocket::begin_keep_alive() {
  Stack& host = sockets_.host();
  if (keep_alive_.on) host.arm(life_timer_, host.now() + keep_alive_time());
}

void TcpSocket::keep_alive() {
  Stack& host = sockets_.host();
  if (!keep_alive_.on || state_ == TcpState::close || state_ == TcpState::syn_sent) return;
  const base::Time idle = keep_alive_time();
  base::Time again = idle;
  // What is on its way or waits to be sent is asked about by other timers.
  if (sent_.empty() && next_ == write_ + (fin_queued_ ? 1 : 0)) {
    const base::Time silent = host.now() - heard_;
    again = idle - silent;
    if (silent >= idle) {
      const auto most = keep_alive_.probes != 0
                            ? keep_alive_.probes
                            : static_cast<unsigned>(std::max(host.sysctls.get(Ipv4Key::tcp_keepalive_probes), 0));
      if (probes_ >= most) {
        send_reset();
        return done(soft_error_ != SocketError::none ? soft_error_ : SocketError::timed_out);
      }
      ++probes_;
      transmit(una_ - 1, Tcp::ack, {});
      again = keep_alive_.interval != base::Time{} ? keep_alive_.interval
                                                   : seconds_of(host.sysctls, Ipv4Key::tcp_keepalive_intvl);
    }
  }
  host.arm(life_timer_, host.now() + again);
}

}  // namespace lvs::host
