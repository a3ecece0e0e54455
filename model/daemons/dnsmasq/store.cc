// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/dnsmasq/store.h"

#include <algorithm>
#include <cctype>

namespace lvs::dnsmasq {
namespace {

constexpr std::size_t kMostOthers = 10000;  // names and missing ones, beside the addresses that are counted

std::string key_of(std::string_view name) {
  std::string key(name);
  for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return key;
}

}  // namespace

// cache_find_by_name(): what has expired goes; the entries behind the first one, as far as they are of its kind, move
// in front of it.
std::vector<Store::Entry> Store::turn(Chain& chain, std::int64_t now) {
  const std::size_t before = chain.size();
  std::erase_if(chain, [&](const Entry& each) { return !each.local && each.expires <= now; });
  kept_ -= before - chain.size();
  std::vector<Entry> found = chain;
  if (round_robin_ && chain.size() > 1) {
    const auto kind = [](const Entry& each) { return std::pair(each.reverse, each.local); };
    const Entry first = chain.front();
    Chain moved, rest{first};
    for (std::size_t i = 1; i < chain.size(); ++i) (kind(chain[i]) == kind(first) ? moved : rest).push_back(chain[i]);
    moved.insert(moved.end(), rest.begin(), rest.end());
    chain = std::move(moved);
  }
  // What is kept is listed by its last use, the last one first.
  if (!found.empty() && !found.front().local) {
    std::ranges::reverse(found);
    for (Entry& each : chain) each.used = ++uses_;
  }
  return found;
}

void Store::add_host(const std::string& name, base::Ipv4Addr address, std::uint32_t ttl) {
  Chain& chain = chains_[key_of(name)];
  // add_hosts_entry() looks for the same entry first, and that look turns the chain.
  turn(chain, 0);
  const auto same = [&](const Entry& each) { return each.local && each.address == address; };
  if (std::ranges::any_of(chain, same)) return;
  // An address has one name: the first.
  const bool reverse = local_names_.try_emplace(address, Name{name, ttl, true}).second;
  // cache_hash(): names with an address's name stand in front.
  const Entry entry{address, ttl, 0, true, reverse, 0};
  const auto place =
      reverse ? std::ranges::find_if(chain, [](const Entry& each) { return !each.reverse; }) : chain.end();
  chain.insert(place, entry);
}

// The entry that was used longest ago gives way.
bool Store::make_room(std::int64_t now, const std::string& except) {
  if (kept_ < size_) return true;
  for (auto& [name, chain] : chains_) {
    const std::size_t before = chain.size();
    std::erase_if(chain, [&](const Entry& each) { return !each.local && each.expires <= now; });
    kept_ -= before - chain.size();
  }
  while (kept_ >= size_) {
    auto oldest = chains_.end();
    std::uint64_t used = ~std::uint64_t{0};
    for (auto at = chains_.begin(); at != chains_.end(); ++at) {
      if (at->first == except || at->second.empty() || at->second.front().local) continue;
      if (at->second.front().used < used) oldest = at, used = at->second.front().used;
    }
    if (oldest == chains_.end()) return false;
    kept_ -= oldest->second.size();
    chains_.erase(oldest);
  }
  return true;
}

void Store::keep(const std::string& name, const std::vector<wire::DnsRecord>& answers, std::int64_t now) {
  const std::string key = key_of(name);
  if (size_ == 0 || has_local(key)) return;
  Chain fresh;
  for (const wire::DnsRecord& each : answers) {
    const auto address = each.address();
    if (!address || !wire::same_dns_name(each.name, name)) continue;
    if (each.ttl == 0) return;
    fresh.push_back({*address, each.ttl, now + each.ttl, false, false, ++uses_});
  }
  if (fresh.empty()) return;
  Chain& old = chains_[key];
  kept_ -= old.size();
  old.clear();
  std::ranges::reverse(fresh);  // cache_end_insert() begins with the last one
  for (const Entry& each : fresh) {
    if (!make_room(now, key)) break;
    chains_[key].push_back(each);
    ++kept_;
  }
}

void Store::keep_missing(const std::string& name, std::optional<std::uint16_t> type, std::uint32_t ttl,
                         std::int64_t now) {
  if (size_ == 0 || ttl == 0) return;
  if (missing_.size() >= std::min<std::size_t>(size_, kMostOthers)) {
    std::erase_if(missing_, [&](const auto& each) { return each.second <= now; });
    if (missing_.size() >= size_) missing_.erase(missing_.begin());
  }
  missing_[{key_of(name), type.value_or(0)}] = now + ttl;
}

void Store::keep_name(base::Ipv4Addr address, const std::string& name, std::uint32_t ttl, std::int64_t now) {
  if (size_ == 0 || ttl == 0) return;
  if (kept_names_.size() >= std::min<std::size_t>(size_, kMostOthers)) {
    std::erase_if(kept_names_, [&](const auto& each) { return each.second.second <= now; });
    if (kept_names_.size() >= size_) kept_names_.erase(kept_names_.begin());
  }
  kept_names_[address] = {name, now + ttl};
}

Store::Addresses Store::find(std::string_view name, std::int64_t now) {
  Addresses result;
  const auto at = chains_.find(key_of(name));
  if (at == chains_.end()) return result;
  for (const Entry& each : turn(at->second, now)) {
    result.all.push_back({each.address, each.local ? each.ttl : static_cast<std::uint32_t>(each.expires - now)});
    result.local = each.local;
  }
  if (at->second.empty()) chains_.erase(at);
  return result;
}

bool Store::has_local(std::string_view name) const {
  const auto at = chains_.find(key_of(name));
  return at != chains_.end() && std::ranges::any_of(at->second, &Entry::local);
}

Store::Missing Store::missing(std::string_view name, std::uint16_t type, std::int64_t now) {
  const std::string key = key_of(name);
  const auto is = [&](std::uint16_t which) {
    const auto at = missing_.find({key, which});
    return at != missing_.end() && at->second > now;
  };
  return is(0) ? Missing::no_name : is(type) ? Missing::no_data : Missing::unknown;
}

std::optional<Store::Name> Store::find_name(base::Ipv4Addr address, std::int64_t now) {
  if (const auto at = local_names_.find(address); at != local_names_.end()) return at->second;
  const auto at = kept_names_.find(address);
  if (at == kept_names_.end() || at->second.second <= now) return std::nullopt;
  return Name{at->second.first, static_cast<std::uint32_t>(at->second.second - now), false};
}

void Store::clear() {
  chains_.clear();
  local_names_.clear();
  kept_names_.clear();
  missing_.clear();
  kept_ = 0;
}

}  // namespace lvs::dnsmasq
