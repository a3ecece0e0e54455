// SPDX-License-Identifier: GPL-2.0-or-later
// How many segments may be in the network: slow start and Reno's rule, down to 0.7 after a loss as CUBIC does it, and
// the states of recovery (kernel: tcp_cong.c, the CA states of tcp_input.c).
#pragma once

#include <cstdint>

namespace lvs::host {

class Congestion {
 public:
  bool allows(std::uint32_t in_network) const { return in_network < window_; }
  // Nothing but this window keeps the sender from sending more.
  void set_limiting(bool limiting) { limiting_ = limiting; }
  // What the route says to begin with; 0: the usual (kernel: tcp_init_cwnd()).
  void begin(std::uint32_t segments) {
    if (segments != 0) window_ = segments;
  }
  void restart() { window_ = 1; }  // the SYN was lost (kernel: tcp_init_cwnd())
  void inflate() { ++window_; }    // one more has left the network (RFC 5681)

  bool recovering() const { return in_recovery_ || in_loss_; }
  bool in_recovery() const { return in_recovery_; }
  bool in_loss() const { return in_loss_; }
  // All up to `una` has arrived. True: a recovery goes on all the same.
  bool progress(std::uint32_t una);
  void grow(std::uint32_t packets, std::uint32_t in_network);

  // `next`: all that was sent so far has to arrive before it is over.
  void enter_recovery(std::uint32_t next);
  void enter_loss(std::uint32_t next);
  // Segments became too large for the path: no sign of congestion, and the window stays.
  void enter_resending(std::uint32_t next);

  // The last segment went out once more to learn what is missing; one at a time.
  bool probing() const { return probing_; }
  void probe(std::uint32_t next);

 private:
  std::uint32_t window_ = 10, threshold_ = 0x7fffffff, count_ = 0;
  bool limiting_ = false;
  std::uint32_t until_ = 0;  // recovery, loss or probe last until this is acknowledged
  bool in_recovery_ = false, in_loss_ = false, probing_ = false;
};

}  // namespace lvs::host
