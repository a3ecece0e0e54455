// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc/conntrack-text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lvs::control {
namespace {

constexpr std::uint8_t kCtIcmp = 1, kCtTcp = 6;

std::string conntrack_protocol(std::uint8_t protocol) {
  constexpr std::pair<std::string_view, std::uint8_t> kNames[] = {
      {"tcp", kCtTcp}, {"udp", 17}, {"icmp", kCtIcmp}, {"sctp", 132}, {"dccp", 33}, {"udplite", 136}, {"gre", 47}};
  for (const auto& [name, number] : kNames)
    if (number == protocol) return std::string(name);
  return "unknown";
}

std::string conntrack_tuple(const host::CtTuple& tuple) {
  std::string text = fmt::format("src={} dst={} ", tuple.src.text(), tuple.dst.text());
  if (tuple.protocol == kCtIcmp) {
    text += fmt::format("type={} code={} id={} ", tuple.dport >> 8, tuple.dport & 0xff, tuple.sport);
  } else if (tuple.sport != 0 || tuple.dport != 0) {
    text += fmt::format("sport={} dport={} ", tuple.sport, tuple.dport);
  }
  return text;
}

}  // namespace

// Libnetfilter_conntrack's __snprintf_conntrack_default(), kernel: ct_seq_show().
std::string conntrack_text(const host::Host& host, const host::ConntrackEntry& entry, bool extended) {
  const host::CtTuple& original = entry.tuple(host::CtDir::original);
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(host.left(entry.expires)).count();
  std::string text = extended ? "ipv4     2 " : "";
  text += fmt::format("{:<8} {} {} ", conntrack_protocol(original.protocol), original.protocol, left);
  if (original.protocol == kCtTcp) text += fmt::format("{} ", kCtTcpStates[static_cast<std::size_t>(entry.tcp.state)]);
  text += conntrack_tuple(original);
  if (!entry.has(host::ct_status::seen_reply)) text += "[UNREPLIED] ";
  text += conntrack_tuple(entry.tuple(host::CtDir::reply));
  if (entry.has(host::ct_status::assured)) text += "[ASSURED] ";
  return text + fmt::format("mark={}", entry.mark);
}

}  // namespace lvs::control
