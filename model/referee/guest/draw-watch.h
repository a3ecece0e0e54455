// SPDX-License-Identifier: GPL-2.0-or-later
// When to ask the kernel what it has drawn for neighbours. It draws anew every five minutes and tells nobody (kernel:
// neigh_periodic_work(), run each 15 s). The work is deferrable: on an idle CPU it waits for whatever happens next,
// which may be the question itself. So it is asked often from the moment on at which a draw is due, and not before, or
// a lab that waits for a day would be nothing but questions.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/time.h"

namespace lvs::referee {

class DrawWatch {
 public:
  // What was seen at `at`: has every interface another value than before? One alone is somebody's sysctl.
  void seen(base::Time at, bool all_changed) {
    looked_ = at;
    if (all_changed) drawn_ = at;
  }

  // When to look next.
  base::Time next() const {
    const base::Time soon = looked_ + kStep;
    return drawn_ ? std::max(soon, *drawn_ + kLeast) : soon;
  }

 private:
  static constexpr base::Time kStep = std::chrono::milliseconds(500);
  static constexpr base::Time kLeast = std::chrono::seconds(299);  // it was drawn up to a step before it was seen

  base::Time looked_{};
  std::optional<base::Time> drawn_;  // when the last draw was seen
};

}  // namespace lvs::referee
