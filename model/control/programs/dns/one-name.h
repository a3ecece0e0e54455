// SPDX-License-Identifier: GPL-2.0-or-later
// What host and nslookup have in common: one name, asked for at one server or at those of resolv.conf.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "control/machine/command.h"
#include "control/names/lookup.h"
#include "control/programs/dns/exchange.h"
#include "wire/dns.h"

namespace lvs::control {

struct OneName {
  std::string name, server;           // no server: those of resolv.conf
  std::optional<std::uint16_t> type;  // none: the tool's own
  std::uint16_t port = wire::kDnsPort;
  unsigned tries = 2;
  std::optional<base::Time> wait;
};

// Whom to ask, and how, into `setting`; then `ask`. A server whose name has no address is said as by `program`, and
// ends it with status 1. All that is passed by reference must outlive the look-up.
void find_servers(std::string_view program, const OneName& asked, const ResolvConf& conf, Lookup& lookup, Io& io,
                  DnsExchange::Setting& setting, std::function<void()> ask, Done done);

wire::DnsMessage question_for(Machine& machine, const std::string& name, std::uint16_t type);

}  // namespace lvs::control
