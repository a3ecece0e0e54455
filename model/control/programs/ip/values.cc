// SPDX-License-Identifier: GPL-2.0-or-later
// Words of ip commands as values, and what ip says of bad ones (iproute2 6.1 lib/utils.c, lib/rt_names.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

std::optional<host::Scope> scope_of(std::string_view text) {
  if (text == "global" || text == "universe") return host::Scope::global;
  if (text == "site") return host::Scope::site;
  if (text == "link") return host::Scope::link;
  if (text == "host") return host::Scope::host;
  if (text == "nowhere") return host::Scope::nowhere;
  if (const auto number = base::c_number(text, 255)) return static_cast<host::Scope>(*number);
  return std::nullopt;
}

std::string text_of(host::Scope scope) {
  switch (scope) {
    case host::Scope::global: return "global";
    case host::Scope::site: return "site";
    case host::Scope::link: return "link";
    case host::Scope::host: return "host";
    case host::Scope::nowhere: return "nowhere";
  }
  return fmt::format("{}", static_cast<unsigned>(scope));
}

std::optional<std::uint32_t> table_of(std::string_view text) {
  if (text == "local") return host::table::local;
  if (text == "main") return host::table::main;
  if (text == "default") return host::table::default_;
  const auto number = base::c_number(text, 0xffffffff);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string text_of_table(std::uint32_t table) {
  switch (table) {
    case host::table::local: return "local";
    case host::table::main: return "main";
    case host::table::default_: return "default";
    default: return fmt::format("{}", table);
  }
}

namespace {

constexpr auto kProtocolNames = std::to_array<std::pair<std::string_view, std::uint8_t>>({{"icmp", 1},
                                                                                          {"igmp", 2},
                                                                                          {"ipencap", 4},
                                                                                          {"tcp", 6},
                                                                                          {"udp", 17},
                                                                                          {"dccp", 33},
                                                                                          {"gre", 47},
                                                                                          {"esp", 50},
                                                                                          {"ah", 51},
                                                                                          {"ospf", 89},
                                                                                          {"vrrp", 112},
                                                                                          {"sctp", 132},
                                                                                          {"udplite", 136}});

}  // namespace

std::optional<std::uint32_t> group_of(std::string_view text) {
  if (text == "default") return 0;
  const auto number = base::c_number(text, 0x7fffffff);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string group_text(std::uint32_t group) { return group == 0 ? "default" : std::to_string(group); }

// iproute2: inet_proto_a2n(), inet_proto_n2a().
std::optional<std::uint8_t> protocol_number(std::string_view text) {
  if (const auto number = base::c_number(text, 255)) return static_cast<std::uint8_t>(*number);
  const auto named = std::ranges::find(kProtocolNames, text, &decltype(kProtocolNames)::value_type::first);
  if (named == kProtocolNames.end()) return std::nullopt;
  return named->second;
}

std::string protocol_text(std::uint8_t protocol) {
  const auto named = std::ranges::find(kProtocolNames, protocol, &decltype(kProtocolNames)::value_type::second);
  return named == kProtocolNames.end() ? fmt::format("ipproto-{}", protocol) : std::string(named->first);
}

namespace {
constexpr auto kKeepalived = static_cast<host::RouteProto>(18);  // RTPROT_KEEPALIVED
}

std::optional<host::RouteProto> proto_of(std::string_view text) {
  if (text == "redirect") return host::RouteProto::redirect;
  if (text == "kernel") return host::RouteProto::kernel;
  if (text == "boot") return host::RouteProto::boot;
  if (text == "static") return host::RouteProto::static_;
  if (text == "keepalived") return kKeepalived;
  if (const auto number = base::c_number(text, 4)) return static_cast<host::RouteProto>(*number);
  return std::nullopt;
}

std::string text_of(host::RouteProto proto) {
  if (proto == kKeepalived) return "keepalived";
  switch (proto) {
    case host::RouteProto::unspec: return "unspec";
    case host::RouteProto::redirect: return "redirect";
    case host::RouteProto::kernel: return "kernel";
    case host::RouteProto::boot: return "boot";
    case host::RouteProto::static_: return "static";
  }
  return {};
}

CommandPtr invalid_argument(std::string_view word, std::string_view reason) {
  return refusal(255, fmt::format("Error: argument \"{}\" is wrong: {}\n", word, reason));
}

CommandPtr missing_argument(std::string_view name) {
  return refusal(255, fmt::format("Error: argument \"{}\" is required\n", name));
}

CommandPtr duplicate_or_garbage(std::string_view what, std::string_view word) {
  return refusal(255, fmt::format("Error: either \"{}\" is duplicate, or \"{}\" is a garbage.\n", what, word));
}

CommandPtr bad_prefix(std::string_view word) {
  return refusal(1, fmt::format("Error: any valid prefix is expected rather than \"{}\".\n", word));
}

CommandPtr bad_address(std::string_view word) {
  return refusal(1, fmt::format("Error: any valid address is expected rather than \"{}\".\n", word));
}

CommandPtr bad_inet_address(std::string_view word) {
  return refusal(1, fmt::format("Error: inet address is expected rather than \"{}\".\n", word));
}

CommandPtr incomplete() { return refusal(255, "Command line is not complete. Try option \"help\"\n"); }

int rtnetlink_error(Io& io, std::string_view reason) {
  io.complain(fmt::format("RTNETLINK answers: {}\n", reason));
  return 2;
}

int config_error(Io& io, host::ConfigError error) {
  switch (error) {
    case host::ConfigError::none: return 0;
    case host::ConfigError::exists: return rtnetlink_error(io, "File exists");
    case host::ConfigError::not_available: return rtnetlink_error(io, "Cannot assign requested address");
    case host::ConfigError::invalid: return rtnetlink_error(io, "Invalid argument");
    case host::ConfigError::no_device: return rtnetlink_error(io, "No buffer space available");
    case host::ConfigError::busy: return rtnetlink_error(io, "Operation not supported");
  }
  return 2;
}

int no_device(Io& io, std::string_view name) {
  io.complain(fmt::format("Cannot find device \"{}\"\n", name));
  return 1;
}

}  // namespace lvs::control::ip
