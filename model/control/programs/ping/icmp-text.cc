// SPDX-License-Identifier: GPL-2.0-or-later
// pr_icmph() of iputils 20221126 ping/ping.c.
#include "control/programs/ping/icmp-text.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/addr.h"
#include "wire/icmp.h"

namespace lvs::control {
namespace {

constexpr auto kUnreachable = std::to_array<std::string_view>({
    "Destination Net Unreachable",
    "Destination Host Unreachable",
    "Destination Protocol Unreachable",
    "Destination Port Unreachable",
    "",
    "Source Route Failed",
    "Destination Net Unknown",
    "Destination Host Unknown",
    "Source Host Isolated",
    "Destination Net Prohibited",
    "Destination Host Prohibited",
    "Destination Net Unreachable for Type of Service",
    "Destination Host Unreachable for Type of Service",
    "Packet filtered",
    "Precedence Violation",
    "Precedence Cutoff",
});

constexpr auto kRedirect = std::to_array<std::string_view>({
    "Redirect Network",
    "Redirect Host",
    "Redirect Type of Service and Network",
    "Redirect Type of Service and Host",
});

}  // namespace

std::string icmp_error_text(std::uint8_t type, std::uint8_t code, std::uint32_t info) {
  switch (type) {
    case wire::Icmp::dest_unreach:
      if (code == wire::Icmp::frag_needed) return fmt::format("Frag needed and DF set (mtu = {})", info & 0xffff);
      if (code < kUnreachable.size()) return std::string(kUnreachable[code]);
      return fmt::format("Dest Unreachable, Bad Code: {}", code);
    case wire::Icmp::source_quench: return "Source Quench";
    case wire::Icmp::redirect: {
      const std::string text =
          code < kRedirect.size() ? std::string(kRedirect[code]) : fmt::format("Redirect, Bad Code: {}", code);
      return fmt::format("{}(New nexthop: {})", text, base::Ipv4Addr{info}.text());
    }
    case wire::Icmp::time_exceeded:
      if (code == 0) return "Time to live exceeded";
      if (code == 1) return "Frag reassembly time exceeded";
      return fmt::format("Time exceeded, Bad Code: {}", code);
    case wire::Icmp::parameter_problem: return fmt::format("Parameter problem: pointer = {}", info >> 24);
    default: return fmt::format("Bad ICMP type: {}", type);
  }
}

}  // namespace lvs::control
