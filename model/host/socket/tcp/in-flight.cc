// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/tcp/in-flight.h"

#include "host/socket/tcp/endpoint.h"

namespace lvs::host {

void InFlight::clear() {
  sent_.clear();
  sacked_ = lost_ = resent_ = 0;
}

InFlight::Acknowledged InFlight::acknowledge(std::uint32_t ack, base::Time now) {
  Acknowledged result;
  while (!sent_.empty() && !seq_after(sent_.front().end, ack)) {
    const Sent& sent = sent_.front();
    result.resent |= sent.resends != 0;
    if (sent.resends == 0 && !sent.sacked) result.rtt = now - sent.at;
    if (sent.sacked) --sacked_;
    if (sent.lost) --lost_;
    if (sent.retransmitted) --resent_;
    sent_.pop_front();
    ++result.packets;
  }
  if (!sent_.empty() && seq_before(sent_.front().seq, ack)) sent_.front().seq = ack;  // part of one
  return result;
}

bool InFlight::sack(const SackBlock& block) {
  bool news = false;
  for (Sent& sent : sent_) {
    if (sent.sacked || seq_before(sent.seq, block.begin) || seq_after(sent.end, block.end)) continue;
    sent.sacked = true;
    ++sacked_;
    if (sent.lost) --lost_;
    if (sent.retransmitted) --resent_;
    sent.lost = sent.retransmitted = false;
    news = true;
  }
  return news;
}

void InFlight::mark_lost(Sent& sent) {
  if (sent.sacked) return;
  if (sent.retransmitted) {
    sent.retransmitted = false;
    --resent_;
  }
  if (sent.lost) return;
  sent.lost = true;
  ++lost_;
}

void InFlight::mark_all_lost() {
  for (Sent& sent : sent_) mark_lost(sent);
}

bool InFlight::mark_overtaken(unsigned distance) {
  bool news = false;
  unsigned later = 0;
  for (auto sent = sent_.rbegin(); sent != sent_.rend(); ++sent) {
    if (sent->sacked) {
      ++later;
    } else if (later >= distance && !sent->lost && !sent->retransmitted && sent->resends == 0) {
      mark_lost(*sent);
      news = true;
    }
  }
  return news;
}

void InFlight::resend(Sent& sent, base::Time now) {
  if (!sent.retransmitted) ++resent_;
  sent.retransmitted = true;
  ++sent.resends;
  sent.at = now;
}

void InFlight::forget_resend(Sent& sent) {
  sent.retransmitted = false;
  --resent_;
}

void InFlight::split(std::size_t at, std::uint32_t size) {
  Sent& first = sent_[at];
  Sent rest = first;
  rest.seq = first.seq + size;
  rest.retransmitted = false;
  first.end = rest.seq;
  first.fin = false;
  if (rest.lost) ++lost_;
  if (rest.sacked) ++sacked_;
  sent_.insert(sent_.begin() + static_cast<std::ptrdiff_t>(at) + 1, rest);
}

}  // namespace lvs::host
