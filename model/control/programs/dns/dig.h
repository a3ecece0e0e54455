// SPDX-License-Identifier: GPL-2.0-or-later
// A dig command as a value, and its texts. Internal to dig.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "control/machine/command.h"
#include "control/names/lookup.h"
#include "control/programs/dns/exchange.h"
#include "wire/dns.h"

namespace lvs::control {

struct DigShow {
  bool cmd = true, comments = true, question = true, answer = true, authority = true, additional = true, stats = true;
  bool brief = false;  // +short

  void set_all(bool on) { cmd = comments = question = answer = authority = additional = stats = on; }
};

struct DigQuery {
  std::string name = ".";
  std::uint16_t type = 0;
  bool typed = false;  // the type was
  std::string server;  // "@...", an address or a name; empty: those of resolv.conf
  std::uint16_t port = wire::kDnsPort;
  unsigned tries = 3;
  std::optional<base::Time> wait;
  bool tcp = false, tcp_said = false, ignore = false;
  bool recurse = true, ad = true, cd = false, edns = true, cookie = true;
  std::uint16_t udp_size = 1232;
  DigShow show;
  bool greeting = true;  // as +cmd and +short stood where the name was read: the banner of what fails goes by that
};

struct DigOptions {
  std::vector<DigQuery> queries;
  std::vector<std::string> servers;  // all that were named, in their order
  std::string typed;                 // all arguments
};

inline constexpr std::string_view kDigVersion = "9.18.49-1~deb12u3-Debian";

// "\n; <<>> DiG ... <<>> WORDS\n" and what belongs to it.
// `servers`: addresses of the one that was named; 0: none was.
std::string dig_banner(const DigOptions& options, std::size_t servers);
// Of a server whose name has no address.
std::string_view why_no_server(const Found& found);
// `when`: since 1970.
std::string dig_reply(const DigQuery& query, const DnsExchange::Outcome& outcome, base::Time when);
// A record in dig's columns.
std::string dig_record(const wire::DnsRecord& record);

}  // namespace lvs::control
