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

// What the kernel tells of its draws.
struct NeighbourDraws {
  // How long ago it drew for all interfaces last, to a tick. Negative after the boot: it takes ten minutes to begin.
  std::optional<base::Time> age;
  // What it drew, for each interface of the current network namespace by name. Empty where the kernel does not tell.
  std::vector<std::pair<std::string, base::Time>> reachable;
};
NeighbourDraws neighbour_draws();

// When to ask: the kernel draws anew once five minutes have passed, at the next turn of a work that it does each 15 s
// (neigh_periodic_work()). What it tells has the moment of the last draw, so one look between two draws is enough, and
// a lab that waits for a day is not a day of questions.
class DrawWatch {
 public:
  // The kernel has said at `at` how long ago its last draw was.
  void seen(base::Time at, std::optional<base::Time> age) {
    looked_ = at;
    if (age) drawn_ = at - *age;
  }

  // When a value that a look at `at` finds changed was drawn: with all others, or, by somebody's sysctl, since then.
  base::Time moment(base::Time at, std::optional<base::Time> age) const {
    return age && *age >= base::Time{} && at - *age > looked_ ? at - *age : at;
  }

  // When to look next.
  base::Time next() const {
    const base::Time soon = looked_ + kTurn;
    return drawn_ ? std::max(soon, *drawn_ + kLeast) : soon;
  }

 private:
  static constexpr base::Time kTurn = std::chrono::seconds(15);
  static constexpr base::Time kLeast = std::chrono::seconds(300);

  base::Time looked_{};
  std::optional<base::Time> drawn_;  // the last draw
};

}  // namespace lvs::referee
