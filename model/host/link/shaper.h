// SPDX-License-Identifier: GPL-2.0-or-later
// What `tc qdisc` puts between an interface and its cable: netem and tbf (kernel: net/sched/sch_netem.c, sch_tbf.c).
// Frames count and are seen when they leave it.
#pragma once

#include <cstdint>
#include <deque>
#include <variant>

#include "base/timer-wheel.h"
#include "host/env/device.h"
#include "host/env/env.h"

namespace lvs::host {

// Delay, drawn evenly from delay - jitter to delay + jitter, loss, and a rate.
struct Netem {
  base::Time delay{}, jitter{};
  double loss = 0;             // 0 to 1
  std::uint64_t rate = 0;      // bytes a second; 0: none
  std::uint32_t limit = 1000;  // frames
};

// A token bucket.
struct Tbf {
  std::uint64_t rate = 0;   // bytes a second
  std::uint32_t burst = 0;  // bytes
  std::uint32_t limit = 0;  // bytes that wait
};

class Shaper {
 public:
  using Setting = std::variant<Netem, Tbf>;

  // Stands before the interface's cable until its own end. `handle`: the major number it was given; 0: none.
  Shaper(Env& env, Device& dev, Setting setting, std::uint16_t handle = 0);
  ~Shaper();
  Shaper(const Shaper&) = delete;
  Shaper& operator=(const Shaper&) = delete;

  void take(PacketPtr frame);
  void set(Setting setting);
  const Setting& setting() const { return setting_; }
  std::uint16_t handle() const { return handle_; }

  struct Counters {
    std::uint64_t bytes = 0, packets = 0, dropped = 0, overlimits = 0;
  };
  const Counters& counters() const { return counters_; }
  std::size_t waiting() const { return queue_.size(); }
  std::uint64_t waiting_bytes() const { return waiting_bytes_; }

 private:
  struct Waiting {
    base::Time at;  // of netem: when it leaves
    PacketPtr frame;
  };
  struct TimerWithOwner : base::Timer {
    using base::Timer::Timer;
    Shaper* owner = nullptr;
  };
  static void on_timer(base::Timer& timer);

  void drop(PacketPtr frame);
  void enqueue(const Netem& netem, PacketPtr frame);
  void enqueue(const Tbf& tbf, PacketPtr frame);
  void push(base::Time at, PacketPtr frame);
  void release();
  bool may_leave(const Tbf& tbf);
  void leave();

  Env& env_;
  Device& dev_;
  Setting setting_;
  std::uint16_t handle_;
  std::deque<Waiting> queue_;
  std::uint64_t waiting_bytes_ = 0;
  base::Time tokens_{}, counted_{};  // of tbf: time worth of bytes, and when it was last reckoned
  Counters counters_;
  TimerWithOwner timer_;
};

}  // namespace lvs::host
