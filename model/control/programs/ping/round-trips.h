// SPDX-License-Identifier: GPL-2.0-or-later
// Round trip times as ping prints them, in microseconds (iputils: gather_statistics(), finish()).
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <cstdint>
#include <string>

namespace lvs::control {

class RoundTrips {
 public:
  void add(std::int64_t us) {
    sum_ += us;
    squares_ += us * us;
    shortest_ = std::min(shortest_, us);
    longest_ = std::max(longest_, us);
  }
  std::int64_t longest() const { return longest_; }

  // " time=0.043 ms"
  static std::string text(std::int64_t us) {
    if (us >= 100'000 - 50) return fmt::format(" time={} ms", (us + 500) / 1000);
    if (us >= 10'000 - 5) return fmt::format(" time={}.{:01} ms", (us + 50) / 1000, (us + 50) % 1000 / 100);
    if (us >= 1'000) return fmt::format(" time={}.{:02} ms", (us + 5) / 1000, (us + 5) % 1000 / 10);
    return fmt::format(" time={}.{:03} ms", us / 1000, us % 1000);
  }

  // Of `total` answers, more than none.
  std::string statistics(std::int64_t total) const {
    const std::int64_t average = sum_ / total;
    const std::int64_t variance =
        sum_ < INT_MAX ? (squares_ - sum_ * sum_ / total) / total : squares_ / total - average * average;
    const auto deviation =
        static_cast<std::int64_t>(std::sqrt(static_cast<double>(std::max<std::int64_t>(variance, 0))));
    const auto ms = [](std::int64_t us) { return fmt::format("{}.{:03}", us / 1000, us % 1000); };
    return fmt::format("rtt min/avg/max/mdev = {}/{}/{}/{} ms", ms(shortest_), ms(average), ms(longest_),
                       ms(deviation));
  }

 private:
  std::int64_t sum_ = 0, squares_ = 0, shortest_ = INT64_MAX, longest_ = 0;
};

}  // namespace lvs::control
