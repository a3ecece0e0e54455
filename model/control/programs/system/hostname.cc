// SPDX-License-Identifier: GPL-2.0-or-later
// hostname of Debian's package hostname, but for setting a name: machines have those of lab.conf. What a name is called
// at length, and its addresses, stand in /etc/hosts.
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/words/hosts-file.h"

namespace lvs::control {
namespace {

enum class Asked : std::uint8_t { name, all_addresses, addresses, full_name, domain };

std::optional<Asked> hostname_option(std::string_view word) {
  if (word == "-s" || word == "--short") return Asked::name;
  if (word == "-I" || word == "--all-ip-addresses") return Asked::all_addresses;
  if (word == "-i" || word == "--ip-address") return Asked::addresses;
  if (word == "-f" || word == "--fqdn" || word == "--long") return Asked::full_name;
  if (word == "-d" || word == "--domain") return Asked::domain;
  return std::nullopt;
}

std::string all_addresses_of(const host::Host& host) {
  std::string text;
  for (const auto& device : host.devices())
    if (device->up && device->kind() != host::DeviceKind::loopback)
      for (const auto& each : device->addresses) text += each.prefix.addr.text() + " ";
  return text + "\n";
}

// As getaddrinfo() with AI_CANONNAME finds it in the file: addresses of all its lines, the first name of the first one.
int ask_hosts(Machine& machine, Io& io, Asked asked) {
  const std::string& name = machine.host().name();
  std::string addresses, full;
  for (const HostsLine& line : read_hosts(machine.files().read("/etc/hosts").text)) {
    if (std::ranges::find(line.names, name) == line.names.end()) continue;
    addresses += (addresses.empty() ? "" : " ") + line.address.text();
    if (full.empty()) full = line.names.front();
  }
  if (full.empty()) {
    io.complain("hostname: Temporary failure in name resolution\n");
    return 1;
  }
  const std::size_t dot = full.find('.');
  if (asked == Asked::domain)
    io.print(dot == std::string::npos ? "" : full.substr(dot + 1) + "\n");
  else
    io.print((asked == Asked::addresses ? addresses : full) + "\n");
  return 0;
}

}  // namespace

CommandResultOrError parse_hostname(const std::vector<Word>& words) {
  Asked asked = Asked::name;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto option = hostname_option(words[i].text);
    if (!option)
      return base::Error{
          SyntaxError{words[i].column, words[i].text, "not modelled here", "-s -f -d -i -I, or nothing"}};
    asked = *option;
  }
  return instant([asked](Machine& machine, Io& io) {
    if (asked == Asked::all_addresses) return io.print(all_addresses_of(machine.host())), 0;
    if (asked == Asked::name) return io.print(machine.host().name() + "\n"), 0;
    return ask_hosts(machine, io, asked);
  });
}

}  // namespace lvs::control
