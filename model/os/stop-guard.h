// SPDX-License-Identifier: GPL-2.0-or-later
// Who sees to it that a program ends when it is told to, even where its main loop does not come back.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "os/fd.h"

namespace lvs::os {

class StopGuard {
 public:
  // `signals`: readable from the moment when the program is to end until somebody has taken that in; of a signalfd,
  // which must outlive the guard. Where nobody has after `patience`, `last` is called in a thread of the guard's own,
  // and the process ends with status 2.
  StopGuard(int signals, std::chrono::milliseconds patience, std::function<void()> last);
  ~StopGuard();
  StopGuard(const StopGuard&) = delete;
  StopGuard& operator=(const StopGuard&) = delete;

 private:
  void watch(int signals, std::chrono::milliseconds patience);

  std::function<void()> last_;
  Pipe end_;
  std::thread thread_;
};

}  // namespace lvs::os
