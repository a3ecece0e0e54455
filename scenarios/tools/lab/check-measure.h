// SPDX-License-Identifier: GPL-2.0-or-later
// How good `lvs-lab check` is: random clusters that work, and the same with one usual mistake in each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace lvs::scenarios {

struct CheckMeasure {
  std::uint64_t working = 0;         // labs whose lines all end with status 0
  std::uint64_t false_alarms = 0;    // of those, where check names a mistake
  std::uint64_t broken = 0;          // labs with a mistake, some line of which fails
  std::uint64_t named = 0;           // of those, where one of the rules that fit is named
  std::uint64_t other = 0;           // and where only others are
  std::uint64_t harmless = 0;        // labs with a mistake all whose lines still end with status 0
  std::uint64_t harmless_named = 0;  // of those, where the mistake is named
};

// Seeds `from` to `from` + `count` - 1. `tell` hears of each false alarm and each mistake that is not named.
CheckMeasure measure_check(std::uint64_t from, std::uint64_t count,
                           const std::function<void(const std::string&)>& tell);
std::string text_of(const CheckMeasure& measure);
// "N" or "N:SEED", measured and printed. Status 0: no false alarm; 1: some. std::invalid_argument: no such text.
int print_measure(const std::string& how);

}  // namespace lvs::scenarios
