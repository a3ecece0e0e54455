// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/tcp/rtt.h"

#include "host/socket/tcp/endpoint.h"

namespace lvs::host {

void RttEstimator::measure(base::Time rtt, std::uint32_t una, std::uint32_t next,
                           const std::optional<base::KernelTicks>& ticks) {
  using namespace std::chrono_literals;
  rtt = std::max<base::Time>(rtt, 1us);
  if (!known_) {
    known_ = true;
    srtt_ = rtt;
    mdev_ = rtt / 2;
    rttvar_ = mdev_max_ = std::max(2 * rtt, kRtoLeast);
    round_ends_ = next;
  } else {
    base::Time m = rtt - srtt_;
    srtt_ += m / 8;
    if (m < 0ns) {
      m = -m;
      m -= mdev_;
      if (m > 0ns) m /= 8;
    } else {
      m -= mdev_;
    }
    mdev_ += m / 4;
    if (4 * mdev_ > mdev_max_) {
      mdev_max_ = 4 * mdev_;
      if (mdev_max_ > rttvar_) rttvar_ = mdev_max_;
    }
    if (seq_after(una, round_ends_)) {
      if (mdev_max_ < rttvar_) rttvar_ -= (rttvar_ - mdev_max_) / 4;
      round_ends_ = next;
      mdev_max_ = kRtoLeast;
    }
  }
  const base::Time rto = srtt_ + std::max(rttvar_, kRtoLeast);
  rto_ = first_rto_ = std::min(ticks ? ticks->wait(rto) : rto, kRtoMost);
}

base::Time RttEstimator::doubled(base::Time wait, unsigned times) {
  constexpr unsigned kEnough = 10;  // 200 ms are more than two minutes then
  return std::min(wait * (1u << std::min(times, kEnough)), kRtoMost);
}

}  // namespace lvs::host
