// SPDX-License-Identifier: GPL-2.0-or-later
// Counters in what commands print. How TCP cuts a stream is each stack's own choice (stream.h), so a host's counters
// of packets and bytes differ by what its interfaces saw more or fewer of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lvs::referee {

struct CounterSlack {
  std::uint64_t packets = 0, bytes = 0;  // of all interfaces of the host together
};

// Does the command print counters of packets? ("ipvsadm -Ln --stats", "iptables -nvL", "ip -s link", "ifconfig")
bool prints_counters(std::string_view command);
// Do the lines differ in whole numbers alone, each by no more than that?
bool counters_agree(std::string_view left, std::string_view right, const CounterSlack& slack);

}  // namespace lvs::referee
