// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine under a fuzzer stands on: a clock that the input moves, and a cable that counts what it is given.
#pragma once

#include <cstddef>

#include "base/time.h"
#include "host/env/device.h"

namespace lvs::fuzz {

class StepClock final : public base::Clock {
 public:
  base::Time now() const override { return now_; }
  void wake_at(base::Time when) override { wake_ = when; }
  base::Time now_{};
  base::Time wake_ = base::kNever;
};

class Sink final : public host::Port {
 public:
  void transmit(host::PacketPtr frame) override { bytes += frame->size(); }
  std::size_t bytes = 0;
};

}  // namespace lvs::fuzz
