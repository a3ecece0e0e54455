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
// Which modules a kernel has is its maker's doing: the referee's are built in.
bool shows_modules(std::string_view command);
// The times that curl -w prints: real time is not the simulation's.
// The numbers that tc shows are counted by the whole kernel: the referee's own cables have some.
// conn_tab_bits of a kernel that has ip_vs built in is what it was built with.
std::string without_table_size(std::string text);
std::string without_qdisc_handles(std::string_view command, std::string text);
std::string without_curl_times(std::string_view command, std::string text);

}  // namespace lvs::referee
