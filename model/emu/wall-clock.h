// SPDX-License-Identifier: GPL-2.0-or-later
// Real time for hosts of the core.
#pragma once

#include <algorithm>

#include "base/time.h"

namespace lvs::emu {

// Time since the emulation began, read once a turn of the loop: what happens in one turn happens at one time.
class WallClock {
 public:
  WallClock() : start_(std::chrono::steady_clock::now()) {}

  base::Time now() const { return now_; }
  base::Time read() const { return std::chrono::steady_clock::now() - start_; }
  void refresh() { now_ = read(); }

 private:
  std::chrono::steady_clock::time_point start_;
  base::Time now_{};
};

// One host's view of it, and the wake-up that it has ordered.
class StationClock final : public base::Clock {
 public:
  explicit StationClock(const WallClock& wall) : wall_(wall) {}

  base::Time now() const override { return wall_.now(); }
  void wake_at(base::Time when) override { wanted_ = std::min(wanted_, when); }

  base::Time wanted() const { return wanted_; }
  void clear() { wanted_ = base::kNever; }

 private:
  const WallClock& wall_;
  base::Time wanted_ = base::kNever;
};

}  // namespace lvs::emu
