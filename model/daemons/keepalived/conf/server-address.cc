// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/server-address.h"

#include <fmt/format.h>

#include <charconv>

#include "control/words/word.h"

namespace lvs::keepalived {
namespace {

std::optional<unsigned> whole(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

void read_mark(ConfReader& r, const ConfWords& line, ServerGroupConf& group) {
  const auto mark = r.numbers.natural(r.word(line, 1), 0, kMostUnsigned, true);
  if (!mark) {
    r.report.error(
        fmt::format("({}): fwmark '{}' must be in [0, {}] - ignoring", group.name, r.word(line, 1), kMostUnsigned));
    return;
  }
  if (line.size() > 2 && line[2] == "inet6") return r.report.refuse(line[2], "IPv6 is not modelled");
  if (line.size() > 2 && line[2] != "inet") {
    return r.report.error(fmt::format("({}): fwmark '{}' family {} unknown - ignoring", group.name, *mark, line[2]));
  }
  group.marks.push_back(static_cast<std::uint32_t>(*mark));
}

// The end of "A-END" or "A/LENGTH"; nothing when the entry is skipped.
std::optional<base::Ipv4Addr> range_end(ConfReader& r, const std::string& text, base::Ipv4Addr first) {
  const auto skip = [&](std::string_view why) {
    r.report.error(fmt::format("{} {} - skipping", why, text));
    return std::nullopt;
  };
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    const auto length = whole(std::string_view(text).substr(slash + 1), 32);
    if (!length || *length == 0) return skip("Invalid netmask -");
    const base::Ipv4Prefix prefix{first, *length};
    if (prefix.network() != first) return skip("Address mask bits not empty -");
    return prefix.directed_broadcast();
  }
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) return first;
  const std::string_view end = std::string_view(text).substr(dash + 1);
  if (end.find('.') != std::string_view::npos) {
    const auto last = base::Ipv4Addr::parse(end);
    if (!last) return skip("Invalid range end");
    if (*last < first) return skip("Address range end is less than address range start -");
    return last;
  }
  const auto last = whole(end, 255);
  if (!last) return skip("Invalid range end");
  if ((first.value & 255) >= *last) return skip("Address range end is not greater than address range start -");
  return base::Ipv4Addr{(first.value & ~255u) | *last};
}

}  // namespace

std::optional<base::Ipv4Addr> numeric_address(const std::string& word) {
  std::uint64_t value = 0;
  std::string_view rest = word;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = part == 3 ? std::string_view::npos : rest.find('.');
    const bool last = dot == std::string_view::npos;
    // What stands last fills all bytes that are left.
    const unsigned most = !last ? 255 : 0xffffffffu >> (8 * part);
    const auto number = whole(rest.substr(0, dot), most);
    if (!number) return std::nullopt;
    value |= last ? std::uint64_t{*number} : std::uint64_t{*number} << (24 - 8 * part);
    if (last) return base::Ipv4Addr{static_cast<std::uint32_t>(value)};
    rest.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

std::string port_word(const std::string& word) {
  return word.find_first_not_of('0') == std::string::npos ? std::string() : word;
}

std::optional<host::SocketAddress> read_server_address(ConfReader& reader, const std::string& address,
                                                       const std::string& port) {
  const std::size_t end = address.find_first_of("-/");
  if (control::looks_like_ipv6(std::string_view(address).substr(0, end))) {
    reader.report.refuse(address, "IPv6 is not modelled");
    return std::nullopt;
  }
  // keepalived says what is wrong with the port before it looks at the address.
  constexpr unsigned kMostPort = 65535;
  const std::string number = port_word(port);
  const auto value =
      number.empty() ? std::optional<std::uint64_t>(0) : reader.numbers.natural(number, 1, kMostPort, true);
  const auto parsed = base::Ipv4Addr::parse(std::string_view(address).substr(0, end));
  if (!parsed || !value) return std::nullopt;
  return host::SocketAddress{*parsed, static_cast<std::uint16_t>(*value)};
}

void read_group_entry(ConfReader& reader, const ConfWords& line, ServerGroupConf& group) {
  if (line[0] == "fwmark") return read_mark(reader, line, group);
  const std::string port = port_word(line.size() > 1 ? line[1] : std::string());
  const auto first = read_server_address(reader, line[0], port);
  if (!first) {
    reader.report.error(fmt::format("Invalid virtual server group IP address {} {}{}{} - skipping", line[0],
                                    port.empty() ? "" : "/port", port.empty() ? "" : "/", port));
    return;
  }
  if (const auto last = range_end(reader, line[0], first->addr))
    group.ranges.push_back({first->addr, *last, first->port});
}

}  // namespace lvs::keepalived
