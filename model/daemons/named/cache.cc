// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/cache.h"

#include <algorithm>
#include <chrono>

#include "base/bytes.h"

namespace lvs::named {

using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsRecord;
using wire::DnsType;

namespace {

constexpr std::size_t kMostEntries = 20'000;
constexpr unsigned kMostAliasesKept = 16;

base::Time seconds(std::uint32_t count) { return std::chrono::seconds(count); }
std::uint32_t left_of(base::Time until, base::Time now) {
  // BIND counts in whole seconds, of both.
  const auto whole = [](base::Time time) { return time / std::chrono::seconds(1); };
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, whole(until) - whole(now)));
}

}  // namespace

void Cache::keep_sets(const std::vector<DnsRecord>& records, std::map<Key, Entry>& to, base::Time now) const {
  std::map<Key, Entry> fresh;
  for (const DnsRecord& each : records) {
    if (each.type == number_of(DnsType::opt)) continue;
    Entry& entry = fresh[{folded(each.name), each.type}];
    entry.set.type = each.type;
    entry.set.ttl = std::min(each.ttl, most_ttl_);
    entry.set.add(each.data);
    entry.until = now + seconds(entry.set.ttl);
  }
  if (to.size() > kMostEntries) to.clear();
  for (auto& [key, entry] : fresh) {
    Entry& known = to[key];
    // What says the same is no reason to keep it longer.
    if (left_of(known.until, now) > 0 && known.set.data == entry.set.data) {
      known.until = std::min(known.until, entry.until);
    } else {
      known = std::move(entry);
    }
  }
}

void Cache::keep(const wire::DnsQuestion& asked, const DnsMessage& reply, base::Time now) {
  keep_sets(reply.answers, sets_, now);
  keep_sets(reply.additional, others_, now);
  const bool no_name = reply.rcode() == static_cast<unsigned>(DnsRcode::nxdomain);
  std::string name = folded(asked.name);
  for (const DnsRecord& each : reply.answers)
    if (each.type == number_of(DnsType::cname) && folded(each.name) == name) name = folded(each.target().value_or(""));
  const auto has = [&](const DnsRecord& each) { return each.type == asked.type && folded(each.name) == name; };
  if (!no_name && std::ranges::any_of(reply.answers, has)) return;
  Missing missing;
  missing.name = no_name;
  for (const DnsRecord& each : reply.authority)
    if (each.type == number_of(DnsType::soa) && each.data.size() > 20) missing.soa = each;
  if (missing.soa.type == 0) return;
  const auto* const end = reinterpret_cast<const std::uint8_t*>(missing.soa.data.data() + missing.soa.data.size());
  missing.soa.ttl = std::min({missing.soa.ttl, base::load_be32(end - 4), most_missing_ttl_});
  missing.until = now + seconds(missing.soa.ttl);
  if (missing_.size() > kMostEntries) missing_.clear();
  missing_[{name, no_name ? std::uint16_t{0} : asked.type}] = std::move(missing);
}

const Cache::Entry* Cache::find(const std::map<Key, Entry>& in, const Key& key, base::Time now) {
  const auto found = in.find(key);
  return found == in.end() || left_of(found->second.until, now) == 0 ? nullptr : &found->second;
}

void Cache::put(std::vector<DnsRecord>& to, const std::string& name, const Entry& entry, const Answering& how,
                base::Time now) {
  for (std::string& data : how.order(entry.set))
    to.push_back({name, entry.set.type, wire::kDnsIn, left_of(entry.until, now), std::move(data)});
  ++entry.set.asked;
}

std::optional<std::string> Cache::answer(std::string name, const Answering& how, DnsMessage& reply, base::Time now) {
  const std::uint16_t type = reply.questions.front().type;
  for (unsigned i = 0; i < kMostAliasesKept; ++i) {
    const std::string key = folded(name);
    for (const std::uint16_t each : {std::uint16_t{0}, type}) {
      const auto missing = missing_.find({key, each});
      if (missing == missing_.end() || left_of(missing->second.until, now) == 0) continue;
      if (each == 0) reply.flags |= static_cast<std::uint16_t>(DnsRcode::nxdomain);
      reply.authority.push_back(missing->second.soa);
      reply.authority.back().ttl = left_of(missing->second.until, now);
      return std::nullopt;
    }
    if (const Entry* const entry = find(sets_, {key, type}, now)) {
      put(reply.answers, name, *entry, how, now);
      const std::size_t before = type == number_of(DnsType::mx) ? 2 : type == number_of(DnsType::srv) ? 6 : 0;
      if ((before == 0 && type != number_of(DnsType::ns)) || how.minimal == Minimal::yes) return std::nullopt;
      const auto answers = reply.answers;
      for (const DnsRecord& each : answers) {
        DnsRecord target;
        target.type = number_of(DnsType::ns);
        target.data = each.data.substr(before);
        const std::string other = target.target().value_or("");
        for (const DnsType address : {DnsType::a, DnsType::aaaa}) {
          const Key wanted{folded(other), number_of(address)};
          const Entry* known = find(sets_, wanted, now);
          if (known == nullptr) known = find(others_, wanted, now);
          if (known != nullptr) put(reply.additional, other, *known, how, now);
        }
      }
      return std::nullopt;
    }
    const Entry* const alias = find(sets_, {key, number_of(DnsType::cname)}, now);
    if (alias == nullptr) return name;
    put(reply.answers, name, *alias, how, now);
    name = reply.answers.back().target().value_or("");
  }
  return std::nullopt;
}

}  // namespace lvs::named
