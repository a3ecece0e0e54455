// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/tcp/ack-clock.h"

#include <algorithm>

namespace lvs::host {

namespace {

constexpr base::Time kLeast = std::chrono::milliseconds(40);  // TCP_ATO_MIN
constexpr base::Time kMost = std::chrono::milliseconds(200);  // TCP_DELACK_MAX
constexpr unsigned kMostQuick = 16;

}  // namespace

void AckClock::quicken(std::uint32_t segments) {
  quick_ = std::max(quick_, std::clamp(segments, 2u, kMostQuick));
  interactive_ = false;
  timeout_ = kLeast;
}

void AckClock::hurry_one() {
  quick_ = std::max(quick_, 1u);
  interactive_ = false;
}

void AckClock::data_came(base::Time now, base::Time rto, std::uint32_t segments) {
  due_ = true;
  if (timeout_ == base::Time{0}) {
    quicken(segments);
    timeout_ = kLeast;
  } else {
    const base::Time pause = now - last_data_;
    if (pause <= kLeast / 2) {
      timeout_ = timeout_ / 2 + kLeast / 2;
    } else if (pause < timeout_) {
      timeout_ = std::min(timeout_ / 2 + pause, rto);
    } else if (pause > rto) {  // the sender began anew: it cannot wait
      quicken(segments);
    }
  }
  last_data_ = now;
}

// Kernel: tcp_event_data_sent().
void AckClock::data_sent(base::Time now) {
  if (timeout_ > base::Time{0} && now - last_data_ < timeout_) interactive_ = true;
}

void AckClock::acknowledged() {
  if (due_ && quick_ != 0) --quick_;
  due_ = false;
}

base::Time AckClock::wait(const RttEstimator& rtt) const {
  base::Time wait = timeout_;
  if (wait > kLeast) {
    base::Time most = interactive_ ? kMost : base::Time{std::chrono::milliseconds(500)};
    if (rtt.known()) most = std::min(most, std::max(rtt.smoothed(), kLeast));
    wait = std::min(wait, most);
  }
  return std::min(std::max(wait, kLeast), kMost);
}

void AckClock::waited(base::Time rto) {
  timeout_ = interactive_ ? kLeast : std::min(2 * timeout_, rto);
  interactive_ = false;
}

}  // namespace lvs::host
