// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/names/hosts.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/numbers.h"
#include "control/words/addresses.h"
#include "host/host.h"
#include "wire/dns.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostServers = 3, kMostDomains = 6;  // glibc: MAXNS; once MAXDNSRCH
constexpr unsigned kMostDots = 15, kMostTimeout = 30, kMostAttempts = 5;

void take_option(const std::string& word, ResolvConf& conf) {
  const auto value = [&](std::string_view name, unsigned most, unsigned& to) {
    if (!word.starts_with(name)) return;
    std::string_view digits = std::string_view(word).substr(name.size());
    if (const auto number = base::take_number<unsigned>(digits)) to = std::min(*number, most);
  };
  value("ndots:", kMostDots, conf.ndots);
  value("timeout:", kMostTimeout, conf.timeout);
  value("attempts:", kMostAttempts, conf.attempts);
  if (word == "rotate") conf.rotate = true;
}

}  // namespace

ResolvConf read_resolv_conf(std::string_view text) {
  ResolvConf conf;
  for_each_line(text, [&](std::string_view line) {
    if (line.starts_with(';') || line.starts_with('#')) return;
    const std::vector<std::string> words = words_of_line(line, {});
    if (words.size() < 2) return;
    const std::string& key = words.front();
    if (key == "nameserver") {
      const auto address = inet_aton_of(words[1]);
      if (address && conf.servers.size() < kMostServers) conf.servers.push_back(*address);
    } else if (key == "search" || key == "domain") {
      conf.search.assign(words.begin() + 1, key == "domain" ? words.begin() + 2 : words.end());
      if (conf.search.size() > kMostDomains) conf.search.resize(kMostDomains);
      for (std::string& each : conf.search)
        if (each.size() > 1 && each.ends_with('.')) each.pop_back();
    } else if (key == "options") {
      for (std::size_t i = 1; i < words.size(); ++i) take_option(words[i], conf);
    }
  });
  if (conf.servers.empty()) conf.servers.push_back(base::Ipv4Addr::of(127, 0, 0, 1));
  conf.attempts = std::max(conf.attempts, 1u);
  conf.timeout = std::max(conf.timeout, 1u);
  return conf;
}

std::vector<std::string> names_to_ask(const ResolvConf& conf, std::string_view name) {
  if (name.ends_with('.')) return {std::string(name.substr(0, name.size() - 1))};
  const auto dots = static_cast<std::size_t>(std::ranges::count(name, '.'));
  std::vector<std::string> names;
  const bool as_is_first = dots >= conf.ndots;
  if (as_is_first) names.emplace_back(name);
  for (const std::string& domain : conf.search)
    if (domain != ".") names.push_back(std::string(name) + "." + domain);
  if (!as_is_first) names.emplace_back(name);
  return names;
}

namespace {

struct Destination {
  base::Ipv4Addr address;
  bool reachable = false;
  unsigned common = 0;  // bits that it shares with our address
};

// glibc: rfc3484_sort(), and the connect() of a datagram socket before it.
Destination looked_at(host::Host& host, base::Ipv4Addr address) {
  Destination result{address};
  host::FlowKey key{};
  key.dst = address;
  const host::Route route = host.fib.output(key);
  result.reachable = route.valid() && route.type != host::RouteType::broadcast;
  if (!result.reachable) return result;
  for (const auto& device : host.devices()) {
    for (const host::InterfaceAddress& own : device->addresses) {
      if (own.prefix.addr != route.src) continue;
      const unsigned length = own.prefix.length;
      const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
      const std::uint32_t differ = address.value ^ route.src.value;
      if ((differ & mask) == 0) result.common = static_cast<unsigned>(std::countl_zero(differ));
      return result;
    }
  }
  return result;
}

}  // namespace

std::vector<base::Ipv4Addr> in_order_of_trial(host::Host& host, std::vector<base::Ipv4Addr> addresses) {
  if (addresses.size() < 2) return addresses;
  std::vector<Destination> all;
  for (const base::Ipv4Addr address : addresses) all.push_back(looked_at(host, address));
  std::ranges::stable_sort(all, [](const Destination& a, const Destination& b) {
    if (a.reachable != b.reachable) return a.reachable;
    return a.common > b.common;
  });
  std::ranges::transform(all, addresses.begin(), &Destination::address);
  return addresses;
}

}  // namespace lvs::control
