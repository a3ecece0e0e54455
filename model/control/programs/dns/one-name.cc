// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/dns/one-name.h"

#include <fmt/format.h>

#include <utility>

#include "control/machine/machine.h"
#include "control/programs/dns/dig.h"

namespace lvs::control {

void find_servers(std::string_view program, const OneName& asked, const ResolvConf& conf, Lookup& lookup, Io& io,
                  DnsExchange::Setting& setting, std::function<void()> ask, Done done) {
  setting.tries = asked.tries;
  setting.wait = asked.wait;
  setting.typed = asked.server;
  if (asked.server.empty()) {
    for (const base::Ipv4Addr each : conf.servers) setting.servers.push_back({each, asked.port});
    return ask();
  }
  lookup.addresses_of(
      asked.server, wire::DnsType::a,
      [program, &asked, &io, &setting, ask = std::move(ask), done = std::move(done)](const Found& found) {
        if (found.addresses.empty()) {
          io.complain(
              fmt::format("{}: couldn't get address for '{}': {}\n", program, asked.server, why_no_server(found)));
          return done(1);
        }
        for (const base::Ipv4Addr each : found.addresses) setting.servers.push_back({each, asked.port});
        ask();
      });
}

wire::DnsMessage question_for(Machine& machine, const std::string& name, std::uint16_t type) {
  wire::DnsMessage message;
  message.id = static_cast<std::uint16_t>(machine.host().rng.next());
  message.flags = wire::dns_flag::rd;
  message.questions.push_back({name, type, wire::kDnsIn});
  return message;
}

}  // namespace lvs::control
