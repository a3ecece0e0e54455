// SPDX-License-Identifier: GPL-2.0-or-later
// Whom a list of addresses means (BIND: dns_acl_match()).
#include <algorithm>

#include "daemons/named/conf.h"

namespace lvs::named {
namespace {

std::optional<bool> one_matches(const Match& match, base::Ipv4Addr address, const OwnAddresses& own) {
  const auto within = [&](auto&& test) { return std::ranges::any_of(own.all, test); };
  bool found = false;
  switch (match.kind) {
    case Match::Kind::any: found = true; break;
    case Match::Kind::none: return !match.negated ? false : true;
    case Match::Kind::localhost: found = within([&](const auto& each) { return each.addr == address; }); break;
    case Match::Kind::localnets: found = within([&](const auto& each) { return each.contains(address); }); break;
    case Match::Kind::prefix: found = match.prefix.contains(address); break;
    case Match::Kind::list: found = matches(match.list, address, own).value_or(false); break;
  }
  if (!found) return std::nullopt;
  return !match.negated;
}

}  // namespace

std::optional<bool> matches(const MatchList& list, base::Ipv4Addr address, const OwnAddresses& own) {
  for (const Match& each : list)
    if (const auto said = one_matches(each, address, own)) return said;
  return std::nullopt;
}

}  // namespace lvs::named
