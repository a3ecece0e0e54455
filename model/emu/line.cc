// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/line.h"

#include <algorithm>

namespace lvs::emu {
namespace {

// IEEE 802.3: bytes on the line that no capture shows.
constexpr std::uint64_t kMinFrame = 60, kOverhead = 8 + 4 + 12;

}  // namespace

void Line::take(std::span<host::PacketPtr> frames) {
  for (host::PacketPtr& frame : frames) {
    if (loss_ > 0 && rng_.real() < loss_) {
      ++lost_;
      continue;
    }
    const base::Time now = clock_.now();
    const auto waiting = std::ranges::count_if(under_way_, [&](const Frame& each) { return each.leaves > now; });
    if (static_cast<std::uint64_t>(waiting) > queue_) {
      ++dropped_;
      continue;
    }
    const std::uint64_t bits = (std::max<std::uint64_t>(frame->size(), kMinFrame) + kOverhead) * 8;
    free_ = std::max(free_, now) + base::Time(static_cast<std::int64_t>(bits * 1'000'000'000 / rate_));
    under_way_.push_back({free_, free_ + delay_, std::move(frame)});
  }
}

void Line::advance() {
  while (!under_way_.empty() && under_way_.front().arrives <= clock_.now()) {
    host::PacketPtr packet = std::move(under_way_.front().packet);
    under_way_.pop_front();
    to_.take_one(std::move(packet));
  }
}

}  // namespace lvs::emu
