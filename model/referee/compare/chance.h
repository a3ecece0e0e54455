// SPDX-License-Identifier: GPL-2.0-or-later
// Which frames of an interface stand before or behind each other by chance.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "control/lab/run.h"

namespace lvs::referee {

class Chance {
 public:
  using Frames = std::vector<const control::CapturedFrame*>;
  static constexpr std::size_t kAhead = 8;  // how far a partner is looked for

  // `exact`: both runs have the same clock.
  explicit Chance(bool exact) : exact_(exact) {}

  bool by_chance(const Frames& frames, std::size_t one, std::size_t other) const;
  // Whether a frame and the next one stand so by chance.
  bool meets_next(const Frames& frames, std::size_t at) const {
    return at + 1 < frames.size() && by_chance(frames, at, at + 1);
  }
  // Whether the frame `ahead` of `first` may stand before that and all between them.
  bool may_overtake(const Frames& frames, std::size_t first, std::size_t ahead) const;
  // Whether the frame that the other run has in place of `first` comes a little later here, by chance.
  bool comes_later(const Frames& frames, std::size_t first, const std::function<bool(std::size_t)>& is_it) const;

 private:
  bool exact_;
};

}  // namespace lvs::referee
