// SPDX-License-Identifier: GPL-2.0-or-later
// Work of strangers side by side: each piece in a process of its own, within bounds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace lvs::scenarios {

struct IsolationLimits {
  std::chrono::seconds wall{60};  // of the process, by the clock
  std::uint64_t memory = 0;       // bytes of addresses; 0: as they are
  std::size_t output = 8 << 20;   // bytes that it may give
};

// What the process gave, or how it ended without, in one line.
using IsolatedResult = base::Result<std::string, std::string>;

// Runs work(0) to work(count - 1), at most `jobs` at once; done() is told of each, in the order of the numbers.
void run_isolated(std::size_t count, unsigned jobs, const IsolationLimits& limits,
                  const std::function<std::string(std::size_t)>& work,
                  const std::function<void(std::size_t, IsolatedResult)>& done);

}  // namespace lvs::scenarios
