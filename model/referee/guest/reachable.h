// SPDX-License-Identifier: GPL-2.0-or-later
// What Linux draws at random for neighbours, and tells: how long a confirmed one counts as reachable.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace lvs::referee {

// For each interface of the current network namespace, by name. Empty where the kernel does not tell.
std::vector<std::pair<std::string, base::Time>> reachable_times();

// When to ask: the kernel draws anew every five minutes (neigh_periodic_work(), run each 15 s). The work is deferrable:
// on an idle CPU it waits for whatever happens next, which may be the question itself. So it is asked often from the
// moment on at which a draw is due, and not before, or a lab that waits for a day would be nothing but questions.
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
