// SPDX-License-Identifier: GPL-2.0-or-later
// How long a round trip takes, and after how long a segment counts as lost (kernel: tcp_rtt_estimator(); RFC 6298 with
// Linux's variance).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/kernel-ticks.h"
#include "base/time.h"

namespace lvs::host {

inline constexpr base::Time kRtoLeast = std::chrono::milliseconds(200);
inline constexpr base::Time kRtoFirst = std::chrono::seconds(1);  // while no round trip is known: TCP_TIMEOUT_INIT
inline constexpr base::Time kRtoMost = std::chrono::seconds(120);

class RttEstimator {
 public:
  // `una`, `next`: the sender's numbers, which tell one round trip from the next. On `ticks` the time-out is counted in
  // them, and doubled as such.
  void measure(base::Time rtt, std::uint32_t una, std::uint32_t next, const std::optional<base::KernelTicks>& ticks);
  void back_off() { rto_ = std::min(2 * rto_, kRtoMost); }
  // As after `times` time-outs in a row (kernel: __tcp_set_rto(), inet_csk_rto_backoff()).
  void back_off_to(unsigned times) { rto_ = doubled(first_rto_, times); }
  // `wait`, so many times twice as long, but no longer than any time-out.
  static base::Time doubled(base::Time wait, unsigned times);
  void reset_timeout() { rto_ = kRtoFirst; }

  bool known() const { return known_; }
  base::Time smoothed() const { return srtt_; }
  base::Time timeout() const { return rto_; }

 private:
  bool known_ = false;
  std::uint32_t round_ends_ = 0;
  base::Time srtt_{}, mdev_{}, mdev_max_{}, rttvar_{};
  base::Time first_rto_ = kRtoFirst;  // not backed off
  base::Time rto_ = first_rto_;
};

}  // namespace lvs::host
