// SPDX-License-Identifier: GPL-2.0-or-later
// What was sent and is not acknowledged: which pieces the other end has, which are lost, which were sent again (kernel:
// tcp_rtx_queue with sacked_out, lost_out, retrans_out).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/time.h"
#include "host/socket/tcp/options.h"

namespace lvs::host {

class InFlight {
 public:
  // A piece of the stream; one that has FIN ends with its number.
  struct Sent {
    std::uint32_t seq, end;
    base::Time at;
    bool fin = false, sacked = false, lost = false, retransmitted = false;
    unsigned resends = 0;
    std::uint32_t data_size() const { return end - seq - (fin ? 1 : 0); }
  };

  bool empty() const { return sent_.empty(); }
  std::size_t size() const { return sent_.size(); }
  Sent& front() { return sent_.front(); }
  Sent& back() { return sent_.back(); }
  const Sent& front() const { return sent_.front(); }
  Sent& operator[](std::size_t at) { return sent_[at]; }

  void push(const Sent& sent) { sent_.push_back(sent); }
  void clear();

  // Segments that are still in the network, as far as is known.
  std::uint32_t in_network() const { return static_cast<std::uint32_t>(sent_.size()) - sacked_ - lost_ + resent_; }
  bool some_lost() const { return lost_ != 0; }

  // Takes off what is acknowledged.
  struct Acknowledged {
    std::uint32_t packets = 0;
    base::Time rtt{-1};   // of the last one that was sent once and not SACKed; below zero: there was none
    bool resent = false;  // one of them was sent more than once
  };
  Acknowledged acknowledge(std::uint32_t ack, base::Time now);
  // True: it says something new.
  bool sack(const SackBlock& block);

  void mark_lost(Sent& sent);
  void mark_all_lost();
  // Lost is what `distance` later segments have overtaken (RFC 6675). True: some are newly so.
  bool mark_overtaken(unsigned distance);
  // It is sent again.
  void resend(Sent& sent, base::Time now);
  // It was sent again, but not as part of a recovery.
  void forget_resend(Sent& sent);
  // Cuts what follows the first `size` bytes off, a piece of its own.
  void split(std::size_t at, std::uint32_t size);

 private:
  std::deque<Sent> sent_;
  unsigned sacked_ = 0, lost_ = 0, resent_ = 0;
};

}  // namespace lvs::host
