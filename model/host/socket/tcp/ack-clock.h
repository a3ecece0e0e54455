// SPDX-License-Identifier: GPL-2.0-or-later
// When what was received is acknowledged: at once, with an answer, or after a while (kernel: struct
// inet_connection_sock, icsk_ack; tcp_event_data_recv(), tcp_send_delayed_ack()).
#pragma once

#include <cstdint>

#include "base/time.h"
#include "host/socket/tcp/rtt.h"

namespace lvs::host {

class AckClock {
 public:
  bool due() const { return due_; }
  void set_due() { due_ = true; }
  // The next ones go at once, unless answers are expected.
  bool quick() const { return quick_ != 0 && !interactive_; }
  // Data goes both ways, so that acknowledgements can travel with answers (kernel: pingpong mode).
  bool interactive() const { return interactive_; }
  void set_interactive(bool on) { interactive_ = on; }

  // At once for a while. `segments`: of the greatest size that half of the window holds (kernel: tcp_incr_quickack(),
  // tcp_enter_quickack_mode()).
  void quicken(std::uint32_t segments);
  void hurry_one();  // the next one at once

  void data_came(base::Time now, base::Time rto, std::uint32_t segments);
  void data_sent(base::Time now);
  void acknowledged();
  // How long it may wait.
  base::Time wait(const RttEstimator& rtt) const;
  // It has waited long enough (kernel: tcp_delack_timer_handler()).
  void waited(base::Time rto);

 private:
  bool due_ = false, interactive_ = false;
  unsigned quick_ = 0;
  base::Time timeout_{}, last_data_{};
};

}  // namespace lvs::host
