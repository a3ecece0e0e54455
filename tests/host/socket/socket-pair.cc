// SPDX-License-Identifier: GPL-2.0-or-later
#include "socket-pair.h"

#include <algorithm>

namespace lvs::test {

std::string Segment::text() const {
  std::string text;
  const std::uint8_t f = flags();
  if ((f & wire::Tcp::syn) != 0) text += 'S';
  if ((f & wire::Tcp::fin) != 0) text += 'F';
  if ((f & wire::Tcp::rst) != 0) text += 'R';
  if ((f & wire::Tcp::psh) != 0) text += 'P';
  if ((f & wire::Tcp::ack) != 0) text += 'A';
  if (data_size() != 0) text += " " + std::to_string(data_size());
  return (from == 0 ? "> " : "< ") + text;
}

SocketPair::SocketPair() {
  left.add(left.eth(0), "10.0.0.1/24");
  right.add(right.eth(0), "10.0.0.2/24");
  const auto know = [](TestHost& host, const char* address, base::MacAddr mac) {
    auto& entry = host.host.neighbours.find_or_create(host.eth(0), addr(address));
    host.host.neighbours.update(entry, mac, host::NeighbourState::permanent, {.override_ = true, .admin = true});
  };
  know(left, "10.0.0.2", right.eth(0).mac);
  know(right, "10.0.0.1", left.eth(0).mac);
}

void SocketPair::collect() {
  for (unsigned n = 0; n < 2; ++n) {
    for (Frame& frame : host(n).sent(0)) {
      bool lost = false;
      if (frame.size() >= 54 && frame[12] == 8 && frame[13] == 0 && frame[23] == 6) {
        seen.push_back({now(), n, frame});
        lost = !filter(seen.back());
      }
      if (!lost) wire_.push_back({now() + delay, 1 - n, std::move(frame)});
    }
  }
}

void SocketPair::run(base::Time length) {
  const base::Time end = now() + length;
  collect();
  for (;;) {
    base::Time next = std::min(left.clock.wake_, right.clock.wake_);
    for (const Travelling& frame : wire_) next = std::min(next, frame.at);
    if (next > end) break;
    next = std::max(next, now());
    left.advance_to(next);
    right.advance_to(next);
    collect();
    for (std::size_t i = 0; i < wire_.size();) {
      if (wire_[i].at > next) {
        ++i;
        continue;
      }
      const Travelling arrived = std::move(wire_[i]);
      wire_.erase(wire_.begin() + static_cast<std::ptrdiff_t>(i));
      host(arrived.to).receive(0, arrived.frame);
      collect();
    }
  }
  left.advance_to(end);
  right.advance_to(end);
  collect();
}

std::vector<std::string> SocketPair::texts() const {
  std::vector<std::string> result;
  for (const Segment& segment : seen) result.push_back(segment.text());
  return result;
}

}  // namespace lvs::test
