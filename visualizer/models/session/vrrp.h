// SPDX-License-Identifier: GPL-2.0-or-later
// Which director is master, over time, as the journal tells.
#pragma once

#include <vector>

#include "models/session/session.h"

namespace lvs::view {

struct VrrpState {
  enum class Kind {
    backup,
    master,
    fault,
    lost,  // was master, and is heard of no more while another is
  };
  std::uint32_t record = 0;  // from which on it holds
  base::Time at{};
  Kind kind = Kind::backup;
};

// Of one host, in order; none where it runs no VRRP. With several instances it is master where it is of any.
std::vector<VrrpState> vrrpStatesOf(Session& session, trace::HostId host);
// What holds at a record; nothing before the first.
const VrrpState* stateAt(const std::vector<VrrpState>& states, std::uint32_t record);

// How long nobody had said that he is master when this host took over by this record; negative: it did not.
base::Time silenceBefore(Session& session, trace::HostId host, std::uint32_t record);

}  // namespace lvs::view
