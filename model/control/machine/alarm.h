// SPDX-License-Identifier: GPL-2.0-or-later
// A timer of a host that calls a function.
#pragma once

#include <functional>
#include <utility>

#include "base/timer-wheel.h"
#include "host/host.h"

namespace lvs::control {

class Alarm : private base::Timer {
 public:
  // `fire` may set the alarm again, but not destroy it.
  Alarm(host::Host& host, std::function<void()> fire)
      : base::Timer(&Alarm::on_fire), host_(host), call_(std::move(fire)) {}
  ~Alarm() { clear(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void set_at(base::Time when) { host_.arm_exactly(*this, when); }
  // Where the program waits in a system call that ends on one of the kernel's ticks.
  void set_on_tick(base::Time when) { host_.arm(*this, when); }
  void set_after(base::Time length) { set_at(host_.now() + length); }
  void clear() { host_.cancel(*this); }
  bool is_set() const { return armed(); }

 private:
  static void on_fire(base::Timer& timer) { static_cast<Alarm&>(timer).call_(); }

  host::Host& host_;
  std::function<void()> call_;
};

}  // namespace lvs::control
