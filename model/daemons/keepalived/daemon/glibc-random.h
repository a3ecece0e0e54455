// SPDX-License-Identifier: GPL-2.0-or-later
// random(3) of glibc after srandom(3): the additive feedback generator of degree 31. keepalived draws from it when its
// checks begin, seeded with the second in which it reads its configuration.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace lvs::keepalived {

class GlibcRandom {
 public:
  static constexpr std::uint32_t kMost = 0x7fffffff;  // RAND_MAX

  explicit GlibcRandom(std::uint32_t seed) {
    constexpr std::int64_t kFactor = 16807, kModulus = 2147483647;
    std::int64_t word = static_cast<std::int32_t>(seed == 0 ? 1 : seed);
    for (std::size_t i = 0; i < state_.size(); ++i) {
      state_[i] = static_cast<std::uint32_t>(word);
      word = kFactor * word % kModulus;
      if (word < 0) word += kModulus;
    }
    for (std::size_t i = 0; i < 10 * state_.size(); ++i) next();
  }

  std::uint32_t next() {
    state_[front_] += state_[rear_];
    const std::uint32_t drawn = state_[front_] >> 1;
    front_ = (front_ + 1) % state_.size();
    rear_ = (rear_ + 1) % state_.size();
    return drawn;
  }

 private:
  std::array<std::uint32_t, 31> state_{};
  std::size_t front_ = 3, rear_ = 0;
};

}  // namespace lvs::keepalived
