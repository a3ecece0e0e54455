// SPDX-License-Identifier: GPL-2.0-or-later
// Time as the core sees it: nanoseconds since the start of the run, given from outside.
#pragma once

#include <chrono>
#include <cstdint>

namespace lvs::base {

using Time = std::chrono::nanoseconds;  // a point (since the start of the run) or a length
using namespace std::chrono_literals;

inline constexpr Time kNever = Time::max();

// The outside world of one host: what time it is, and a wake-up call.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  // Ask for a call of Host::advance() at `when` or later the same instant. A host asks only for a time earlier than
  // what it asked for before, or after the earlier call has come; a call too many does no harm.
  virtual void wake_at(Time when) = 0;
};

}  // namespace lvs::base
