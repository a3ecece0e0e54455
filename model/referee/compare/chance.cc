// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/chance.h"

#include <algorithm>

#include "referee/compare/questions.h"
#include "referee/compare/stream.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/tcp.h"

namespace lvs::referee {
namespace {

using control::CapturedFrame;

// A program that connects twice at once: whether the first answer is there before the second SYN leaves.
bool of_two_connections(const CapturedFrame& a, const CapturedFrame& b) {
  const auto one = tcp_segment(a.bytes), other = tcp_segment(b.bytes);
  return one && other && one->direction != other->direction && one->direction != other->direction.reverse();
}

// A SYN or its answer once more: timers of several hosts that fall due in one tick fire in an order that is nobody's.
bool is_again(const Chance::Frames& frames, std::size_t at) {
  const auto segment = tcp_segment(frames[at]->bytes);
  if (!segment || (segment->flags & wire::Tcp::syn) == 0) return false;
  return std::any_of(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(at), [&](const CapturedFrame* each) {
    const auto before = tcp_segment(each->bytes);
    return before && before->direction == segment->direction && before->seq == segment->seq;
  });
}

bool is_to_all(const CapturedFrame& frame) {
  constexpr std::uint8_t kGroup = 1;
  return (frame.bytes[0] & kGroup) != 0;
}

bool is_arp(const CapturedFrame& frame) {
  return wire::ConstEthernet{frame.bytes.data()}.type() == static_cast<std::uint16_t>(wire::EtherType::arp);
}

// Frames that came from two neighbours, go to two, or came from one and go to another: two directors check a server at
// one moment.  What a host sends keeps its order, but for answers to
// questions about its address.
bool of_two_neighbours(const CapturedFrame& a, const CapturedFrame& b) {
  if (a.bytes.size() < wire::Ethernet::kSize || b.bytes.size() < wire::Ethernet::kSize) return false;
  if (a.outbound && b.outbound && (is_to_all(a) || is_to_all(b) || !(is_arp(a) || is_arp(b)))) return false;
  constexpr std::size_t kMacSize = 6;
  const auto neighbour = [](const CapturedFrame& frame) {
    return wire::Ethernet::load_mac(&frame.bytes[frame.outbound ? 0 : kMacSize]);
  };
  return neighbour(a) != neighbour(b);
}

}  // namespace

bool Chance::may_overtake(const Frames& frames, std::size_t first, std::size_t ahead) const {
  for (std::size_t i = 0; i < ahead; ++i)
    if (!by_chance(frames, first + i, first + ahead)) return false;
  return true;
}

bool Chance::comes_later(const Frames& frames, std::size_t first, const std::function<bool(std::size_t)>& is_it) const {
  for (std::size_t ahead = 1; ahead <= kAhead && first + ahead < frames.size(); ++ahead)
    if (is_it(first + ahead)) return by_chance(frames, first + ahead, first);
  return false;
}

// A retry of address resolution is due after a second; with 100 jiffies a second that is a slot of 8 (80 ms) at the end
// of which all that fell due in it is done at once (kernel: calc_wheel_index() in kernel/time/timer.c), and the second
// retry follows the first so. Frames of two neighbours within a millisecond: one CPU runs the kernel's hosts
// one after another, the model's run side by side.
bool Chance::by_chance(const Frames& frames, std::size_t one, std::size_t other) const {
  constexpr base::Time kSlots = std::chrono::milliseconds(160), kAtOnce = std::chrono::microseconds(100);
  constexpr base::Time kOneByOne = std::chrono::milliseconds(1);  // programs that are due in one tick
  constexpr base::Time kTurns = std::chrono::milliseconds(2);     // of a program with many connections
  const CapturedFrame& a = *frames[one];
  const CapturedFrame& b = *frames[other];
  const base::Time apart = a.at < b.at ? b.at - a.at : a.at - b.at;
  if (apart < kOneByOne && of_two_neighbours(a, b)) return true;
  if (apart < kTurns && (of_two_connections(a, b) || of_two_questions(a.bytes, b.bytes))) return true;
  if (apart < kAtOnce && (is_again(frames, one) || is_again(frames, other))) return true;
  return !exact_ && apart < kSlots && (wire::Arp::request_in(a.bytes) || wire::Arp::request_in(b.bytes));
}

}  // namespace lvs::referee
