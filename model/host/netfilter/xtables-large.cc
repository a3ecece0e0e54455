// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netfilter/xtables-large.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <utility>

#include "host/ip/stack.h"
#include "host/netfilter/has-ports.h"

namespace lvs::host {

namespace {

template <class Value, class Variant>
bool same_asked(const Variant& a, const Variant& b) {
  return a.index() == b.index() && std::visit(
                                       [&](const auto& mine) {
                                         using Mine = std::decay_t<decltype(mine)>;
                                         const auto* const theirs = std::get_if<Mine>(&b);
                                         return theirs != nullptr && mine.asked() == theirs->asked();
                                       },
                                       a);
}

// Every match of this kind in every table.
template <class M, class Use>
void each_match(const IpTables& tables, Use use) {
  for (const IpTables::Kind kind : tables.made()) {
    tables.known(kind)->each_rule([&](const IpRule& rule) {
      for (const xt::Match& match : rule.matches) {
        const auto* const other = std::get_if<xt::BoxedMatch>(&match);
        if (other == nullptr) continue;
        if (const auto* const found = std::get_if<M>(&other->match->as)) use(*found);
      }
    });
  }
}

// --- recent ---

unsigned stamps_mask_of(const xt::Recent& m) { return m.hits == 0 ? 31 : std::bit_ceil(m.hits) - 1; }

void bind_recent(const IpTables& tables, xt::Recent& m) {
  if (m.table == nullptr) {
    each_match<xt::Recent>(tables, [&](const xt::Recent& other) {
      if (other.name == m.name && other.table != nullptr) m.table = other.table;
    });
  }
  if (m.table == nullptr) {
    m.table = std::make_shared<RecentTable>();
    m.table->mask = m.mask;
    m.table->stamps_mask = stamps_mask_of(m);
  } else if (stamps_mask_of(m) > m.table->stamps_mask) {
    m.table->entries.clear();
    m.table->stamps_mask = stamps_mask_of(m);
  }
}

bool hits_enough(const xt::Recent& m, const RecentTable::Entry& entry, base::Time now) {
  std::uint32_t hits = 0;
  return std::ranges::any_of(entry.moments, [&](base::Time each) {
    if (m.seconds != 0 && now - std::chrono::seconds(m.seconds) > each) return false;
    return m.hits == 0 || ++hits >= m.hits;
  });
}

// Kernel: recent_mt().
bool asked_recent(xt::Recent& m, MatchContext& c) {
  using R = xt::Recent;
  RecentTable& table = *m.table;
  const base::Time now = c.host.now();
  const wire::ConstIpv4 ip = c.packet.ip();
  // As it came, when the packet is on its way through.
  const auto ttl = static_cast<std::uint8_t>(ip.ttl() + (c.in != nullptr && c.out != nullptr ? 1 : 0));
  const std::uint32_t addr = (m.destination ? ip.dst() : ip.src()).value & table.mask;
  RecentTable::Entry* const entry = table.find(addr, (m.asks & R::ttl) != 0 ? ttl : 0);
  if (entry == nullptr) {
    if ((m.asks & R::set) == 0) return m.invert;
    table.add(addr, ttl, now);
    return !m.invert;
  }
  if ((m.asks & R::remove) != 0) {
    table.remove(addr);
    return !m.invert;
  }
  bool found = (m.asks & R::set) != 0;
  if (!found) {
    found = hits_enough(m, *entry, now);
    const bool updates = (m.asks & R::update) != 0 && found != m.invert;
    if ((m.asks & R::reap) != 0) {
      const RecentTable::Entry& oldest = table.entries.front();
      const bool spared = &oldest == entry && updates;
      if (!spared && now - std::chrono::seconds(m.seconds) > oldest.moments[oldest.index - 1]) {
        const bool self = &oldest == entry;
        table.entries.pop_front();
        if (self) return found != m.invert;
      }
    }
    if (!updates) return found != m.invert;
  }
  entry->ttl = ttl;
  table.seen(*entry, now);
  return found != m.invert;
}

// --- connlimit ---

// Kernel: already_closed().
bool closed(const ConntrackEntry& entry) {
  return entry.tuple(CtDir::original).protocol == static_cast<std::uint8_t>(wire::IpProto::tcp) &&
         (entry.tcp.state == CtTcp::time_wait || entry.tcp.state == CtTcp::close);
}

// Those that have ended leave the list, once a tick (kernel: nf_conncount_gc_list()).
void forget_ended(ConnectionCounts::List& list, Conntrack& conntrack) {
  std::erase_if(list.connections, [&](const CtTuple& each) {
    const ConntrackEntry* const alive = conntrack.find(each).entry;
    return alive == nullptr || closed(*alive);
  });
}

// Kernel: connlimit_mt() and nf_conncount_count(). A connection is counted with the packet that begins it.
bool asked_connlimit(xt::Connlimit& m, MatchContext& c) {
  constexpr base::Time kTick = std::chrono::milliseconds(4);  // Debian's HZ is 250
  const ConntrackEntry* const entry = c.packet.conntrack.get();
  const auto tuple = entry != nullptr
                         ? std::optional(entry->tuple(CtDir::original))
                         : Conntrack::tuple_of(c.packet, static_cast<std::uint32_t>(c.packet.network_offset()));
  if (!tuple) {
    c.hot_drop = true;
    return false;
  }
  const wire::ConstIpv4 ip = c.packet.ip();
  const auto [at, fresh] = m.counts.by_address.try_emplace((m.destination ? ip.dst() : ip.src()).value & m.mask);
  ConnectionCounts::List& list = at->second;
  const std::int64_t tick = c.host.now() / kTick;
  const bool begins = entry == nullptr || !entry->has(ct_status::confirmed);
  const bool cleans = !fresh && list.cleaned != tick;
  if (cleans) forget_ended(list, c.conntrack);
  if (fresh || (begins && !(cleans && std::ranges::find(list.connections, *tuple) != list.connections.end()))) {
    list.connections.push_back(*tuple);
  }
  if (fresh || begins || cleans) list.cleaned = tick;
  return (list.connections.size() > m.limit) != m.upto;
}

// --- string ---

std::uint8_t lowered(std::uint8_t byte) { return static_cast<std::uint8_t>(std::tolower(byte)); }

// Does it begin, and end, between these bytes of the packet, counted from its IP header? In pieces, so that nothing
// is allocated (kernel: skb_find_text()).
bool asked_text(const xt::Text& m, MatchContext& c) {
  const auto header = static_cast<std::uint32_t>(c.packet.network_offset());
  const std::uint32_t last = std::min<std::uint32_t>(c.packet.size() - header, m.to);
  const auto size = static_cast<std::uint32_t>(m.pattern.size());
  std::array<std::uint8_t, 512> bytes;
  for (std::uint32_t at = m.from; at + size <= last;) {
    const std::uint32_t here = std::min<std::uint32_t>(bytes.size(), last - at);
    c.packet.read(header + at, std::span(bytes).first(here));
    const auto found = std::search(bytes.begin(), bytes.begin() + here, m.pattern.begin(), m.pattern.end(),
                                   [&](std::uint8_t a, char b) {
                                     const auto wanted = static_cast<std::uint8_t>(b);
                                     return m.ignore_case ? lowered(a) == lowered(wanted) : a == wanted;
                                   });
    if (found != bytes.begin() + here) return !m.invert;
    at += here - (size - 1);
  }
  return m.invert;
}

// --- hashlimit ---

void bind_hashlimit(const IpTables& tables, xt::Hashlimit& m, base::Time now) {
  if (m.limits != nullptr) return;
  each_match<xt::Hashlimit>(tables, [&](const xt::Hashlimit& other) {
    if (other.name == m.name && other.limits != nullptr) m.limits = other.limits;
  });
  if (m.limits != nullptr) return;
  m.limits = std::make_shared<HashLimits>();
  m.limits->made = now;
}

// What tells one bucket from another (kernel: hashlimit_init_dst()); false: the ports are cut off.
bool bucket_of(const xt::Hashlimit& m, const Packet& packet, HashLimits::Key& key) {
  using H = xt::Hashlimit;
  const wire::ConstIpv4 ip = packet.ip();
  if ((m.mode & H::src_ip) != 0) key.src = ip.src().value & base::Ipv4Prefix::mask_of(m.src_prefix);
  if ((m.mode & H::dst_ip) != 0) key.dst = ip.dst().value & base::Ipv4Prefix::mask_of(m.dst_prefix);
  if ((m.mode & (H::src_port | H::dst_port)) == 0 || !has_ports(static_cast<std::uint8_t>(ip.protocol()))) return true;
  std::array<std::uint8_t, 4> ports;
  const auto at = static_cast<std::uint32_t>(packet.network_offset()) + ip.header_size();
  if (packet.size() < at + ports.size()) return false;
  packet.read(at, ports);
  if ((m.mode & H::src_port) != 0) key.sport = base::load_be16(ports.data());
  if ((m.mode & H::dst_port) != 0) key.dport = base::load_be16(ports.data() + 2);
  return true;
}

// Kernel: hashlimit_mt_common().
bool asked_hashlimit(xt::Hashlimit& m, MatchContext& c) {
  constexpr std::uint32_t kUsualSize = 8192;
  HashLimits::Key key;
  if (!bucket_of(m, c.packet, key)) {
    c.hot_drop = true;
    return false;
  }
  HashLimits& table = *m.limits;
  const base::Time now = c.host.now();
  // Kernel: htable_gc(), which comes by now and then.
  const base::Time interval = std::chrono::milliseconds(std::max(m.gc_interval, 1u));
  const base::Time swept = table.made + (now - table.made) / interval * interval;
  if (std::exchange(table.swept, swept) != swept)
    std::erase_if(table.buckets, [&](const auto& each) { return each.second.expires <= swept; });

  const auto cost = static_cast<std::int64_t>(m.average * 1000), full = cost * m.burst;
  const std::uint32_t size = m.size == 0 ? kUsualSize : m.size;
  const auto [at, fresh] = table.buckets.try_emplace(key, HashLimits::Bucket{full, now, {}});
  if (fresh && table.buckets.size() > (m.most == 0 ? 8 * size : std::max(m.most, size))) {
    table.buckets.erase(at);
    c.hot_drop = true;
    return false;
  }
  HashLimits::Bucket& bucket = at->second;
  bucket.expires = now + std::chrono::milliseconds(m.expire);
  bucket.credit = std::min(full, bucket.credit + (now - bucket.since).count());
  bucket.since = now;
  if (bucket.credit < cost) return m.above;
  bucket.credit -= cost;
  return !m.above;
}

// --- tcpmss ---

// Kernel: tcpmss_mt().
bool asked_mss(const xt::Mss& m, MatchContext& c) {
  constexpr std::uint32_t kHeader = 20;
  std::array<std::uint8_t, 60> bytes;
  const auto at = static_cast<std::uint32_t>(c.packet.network_offset()) + c.packet.ip().header_size();
  const bool whole = c.packet.size() >= at + kHeader;
  if (whole) c.packet.read(at, std::span(bytes).first(kHeader));
  const std::uint32_t size = whole ? (bytes[12] >> 4) * 4u : 0;
  if (size < kHeader || c.packet.size() < at + size) {
    c.hot_drop = true;
    return false;
  }
  c.packet.read(at, std::span(bytes).first(size));
  for (std::uint32_t i = kHeader; i < size;) {
    if (bytes[i] == 2 && size - i >= 4 && bytes[i + 1] == 4) {
      const std::uint16_t mss = base::load_be16(bytes.data() + i + 2);
      return (mss >= m.first && mss <= m.last) != m.invert;
    }
    i += bytes[i] < 2 || i + 1 >= size || bytes[i + 1] == 0 ? 1u : bytes[i + 1];
  }
  return m.invert;
}

}  // namespace

namespace xt {
bool operator==(const BoxedMatch& a, const BoxedMatch& b) { return same_asked<LargeMatch>(a.match->as, b.match->as); }
bool operator==(const BoxedTarget& a, const BoxedTarget& b) {
  return same_asked<LargeTarget>(a.target->as, b.target->as);
}
}  // namespace xt

// --- tables ---

RecentTable::Entry* RecentTable::find(std::uint32_t addr, std::uint8_t ttl) {
  const auto at = std::ranges::find_if(
      entries, [&](const Entry& each) { return each.addr == addr && (ttl == 0 || each.ttl == 0 || each.ttl == ttl); });
  return at == entries.end() ? nullptr : &*at;
}
void RecentTable::add(std::uint32_t addr, std::uint8_t ttl, base::Time now) {
  if (entries.size() >= kMostEntries) entries.pop_front();
  entries.push_back({addr, ttl, 1, {now}});
}
// Kernel: recent_entry_update().
void RecentTable::seen(Entry& entry, base::Time now) {
  entry.index &= stamps_mask;
  if (entry.index == entry.moments.size()) entry.moments.push_back(now);
  entry.moments[entry.index++] = now;
  const auto at = std::ranges::find_if(entries, [&](const Entry& each) { return &each == &entry; });
  entries.splice(entries.end(), entries, at);
}
bool RecentTable::remove(std::uint32_t addr) {
  return std::erase_if(entries, [&](const Entry& each) { return each.addr == addr; }) != 0;
}

bool large_matches(xt::LargeMatch& match, MatchContext& context) {
  struct Asked {
    MatchContext& c;
    bool operator()(xt::Recent& m) const { return asked_recent(m, c); }
    bool operator()(xt::Connlimit& m) const { return asked_connlimit(m, c); }
    bool operator()(const xt::Text& m) const { return asked_text(m, c); }
    bool operator()(xt::Hashlimit& m) const { return asked_hashlimit(m, c); }
    bool operator()(const xt::Mss& m) const { return asked_mss(m, c); }
  };
  return std::visit(Asked{context}, match.as);
}

void renew_large_matches(IpTables& tables, IpTables::Kind kind, base::Time now) {
  tables.table(kind).each_rule([&](IpRule& rule) {
    for (xt::Match& match : rule.matches) {
      auto* const other = std::get_if<xt::BoxedMatch>(&match);
      if (other == nullptr) continue;
      if (auto* const recent = std::get_if<xt::Recent>(&other->match->as)) bind_recent(tables, *recent);
      if (auto* const limit = std::get_if<xt::Hashlimit>(&other->match->as)) bind_hashlimit(tables, *limit, now);
      if (auto* const count = std::get_if<xt::Connlimit>(&other->match->as)) count->counts = {};
    }
  });
}

bool large_match_allowed(const xt::LargeMatch& match) {
  constexpr std::uint32_t kMostHits = 256;
  if (const auto* const recent = std::get_if<xt::Recent>(&match.as)) {
    using R = xt::Recent;
    const bool plain = (recent->asks & (R::set | R::remove)) != 0;
    if (plain && (recent->seconds != 0 || recent->hits != 0 || (recent->asks & (R::ttl | R::reap)) != 0)) return false;
    if (recent->hits >= kMostHits || recent->name.empty() || recent->name[0] == '.') return false;
    return recent->name.find('/') == std::string::npos;
  }
  if (const auto* const text = std::get_if<xt::Text>(&match.as)) {
    // No state machine can be typed (kernel: fsm_init()).
    return text->from <= text->to && !text->pattern.empty() && text->algorithm != "fsm";
  }
  if (const auto* const limit = std::get_if<xt::Hashlimit>(&match.as)) {
    if (limit->name.empty() || limit->name[0] == '.' || limit->gc_interval == 0 || limit->expire == 0) return false;
    return limit->src_prefix <= 32 && limit->dst_prefix <= 32 && limit->name.find('/') == std::string::npos;
  }
  return true;
}

bool large_needs_tracker(const xt::LargeMatch& match) { return std::holds_alternative<xt::Connlimit>(match.as); }

std::map<std::string, std::shared_ptr<RecentTable>> recent_tables(const IpTables& tables) {
  std::map<std::string, std::shared_ptr<RecentTable>> found;
  each_match<xt::Recent>(tables, [&](const xt::Recent& each) {
    if (each.table != nullptr) found.emplace(each.name, each.table);
  });
  return found;
}

}  // namespace lvs::host
