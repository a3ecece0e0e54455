// SPDX-License-Identifier: GPL-2.0-or-later
// Words of ip commands as values, and what ip says of bad ones (iproute2 6.1 lib/utils.c, lib/rt_names.c).
#include <fmt/format.h>

#include <bit>
#include <cctype>

#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

std::optional<std::uint64_t> number_of(std::string_view text, std::uint64_t greatest) {
  unsigned base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9'                     ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                               : 99;
    if (digit >= static_cast<int>(base)) return std::nullopt;
    value = value * base + static_cast<unsigned>(digit);
    if (value > greatest) return std::nullopt;
  }
  return value;
}

std::optional<base::Ipv4Addr> address_of(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    const auto number = number_of(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    value |= static_cast<std::uint32_t>(*number) << (24 - 8 * part);
    if (dot == std::string_view::npos) return base::Ipv4Addr{value};
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

std::optional<base::Ipv4Prefix> prefix_of(std::string_view text, bool* length_given) {
  if (length_given != nullptr) *length_given = false;
  if (text == "default" || text == "any" || text == "all") return base::Ipv4Prefix{};
  const std::size_t slash = text.find('/');
  const auto addr = address_of(text.substr(0, slash));
  if (!addr) return std::nullopt;
  if (slash == std::string_view::npos) return base::Ipv4Prefix{*addr, 32};
  if (length_given != nullptr) *length_given = true;
  const std::string_view rest = text.substr(slash + 1);
  if (const auto length = number_of(rest, 32)) return base::Ipv4Prefix{*addr, static_cast<unsigned>(*length)};
  const auto mask = base::Ipv4Addr::parse(rest);
  if (!mask) return std::nullopt;
  const unsigned length = static_cast<unsigned>(std::countl_one(mask->value));
  if (base::Ipv4Prefix::mask_of(length) != mask->value) return std::nullopt;
  return base::Ipv4Prefix{*addr, length};
}

std::optional<host::Scope> scope_of(std::string_view text) {
  if (text == "global" || text == "universe") return host::Scope::global;
  if (text == "site") return host::Scope::site;
  if (text == "link") return host::Scope::link;
  if (text == "host") return host::Scope::host;
  if (text == "nowhere") return host::Scope::nowhere;
  if (const auto number = number_of(text, 255)) return static_cast<host::Scope>(*number);
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
  const auto number = number_of(text, 0xffffffff);
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

std::optional<host::RouteProto> proto_of(std::string_view text) {
  if (text == "redirect") return host::RouteProto::redirect;
  if (text == "kernel") return host::RouteProto::kernel;
  if (text == "boot") return host::RouteProto::boot;
  if (text == "static") return host::RouteProto::static_;
  if (const auto number = number_of(text, 4)) return static_cast<host::RouteProto>(*number);
  return std::nullopt;
}

std::string text_of(host::RouteProto proto) {
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
