// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/upstream/peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace lvs::nginx {
namespace {

constexpr unsigned kMostMisses = 20;      // then round robin decides
constexpr unsigned kPointsAWeight = 160;  // of a consistent hash

std::int64_t seconds(base::Time time) { return std::chrono::duration_cast<std::chrono::seconds>(time).count(); }

void fill(PeerSet& set, const UpstreamConf& conf, bool backup) {
  for (const UpstreamServer& server : conf.servers) {
    if (server.backup != backup) continue;
    Peer peer;
    peer.conf = &server;
    peer.effective = peer.weight();
    set.peers.push_back(peer);
    set.total_weight += server.weight;
    if (!server.down) ++set.tries;
  }
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      std::uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xedb88320U ^ (c >> 1) : c >> 1;
      made[i] = c;
    }
    return made;
  }();
  std::uint32_t crc = ~before;
  for (const char c : bytes) crc = table[(crc ^ static_cast<std::uint8_t>(c)) & 0xff] ^ (crc >> 8);
  return ~crc;
}

bool Peer::usable(std::int64_t now) const {
  if (conf->down) return false;
  if (conf->max_fails != 0 && fails >= conf->max_fails && now - checked <= seconds(conf->fail_timeout)) return false;
  return conf->max_conns == 0 || conns < conf->max_conns;
}

Group::Group(const UpstreamConf& conf) : conf_(conf) {
  fill(primary_, conf, false);
  fill(backup_, conf, true);
  primary_.single = primary_.peers.size() == 1 && backup_.peers.empty();
  if (conf.balance == Balance::consistent) place_points();
}

// crc32(HOST NUL PORT PREVIOUS), as Cache::Memcached::Fast has it.
void Group::place_points() {
  for (const Peer& peer : primary_.peers) {
    const std::string& name = peer.conf->written;
    const std::size_t colon = std::min(name.rfind(':'), name.size());
    std::string text = name.substr(0, colon);
    text += '\0';
    if (colon < name.size()) text += name.substr(colon + 1);
    const std::uint32_t base = crc32(text);
    std::uint32_t previous = 0;
    for (unsigned i = 0; i < peer.conf->weight * kPointsAWeight; ++i) {
      std::string bytes;
      for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(previous >> shift & 0xff);
      previous = crc32(bytes, base);
      points_.push_back({previous, peer.conf});
    }
  }
  std::ranges::stable_sort(points_, {}, &Point::hash);
  const auto same = std::ranges::unique(points_, {}, &Point::hash);
  points_.erase(same.begin(), same.end());
}

Choice::Choice(Group& group, base::Ipv4Addr client, std::string key, std::uint64_t most, base::Rng& rng)
    : group_(group),
      set_(&group.primary_),
      rng_(rng),
      client_(client),
      key_(std::move(key)),
      tried_(group.primary_.peers.size()),
      tries_(group.tries()) {
  if (most != 0 && tries_ > most) tries_ = static_cast<unsigned>(most);
  if (group.conf_.balance == Balance::ip_hash) hash_ = 89;
  if (group.conf_.balance == Balance::consistent) {
    const auto at = std::ranges::lower_bound(group.points_, crc32(key_), {}, &Group::Point::hash);
    hash_ = static_cast<std::uint64_t>(at - group.points_.begin());
  }
}

Peer* Choice::take(std::size_t i, std::int64_t now) {
  Peer& peer = set_->peers[i];
  tried_[i] = true;
  if (now - peer.checked > seconds(peer.conf->fail_timeout)) peer.checked = now;
  return &peer;
}

std::size_t Choice::by_weight(std::uint64_t w) const {
  std::size_t i = 0;
  while (w >= set_->peers[i].conf->weight) w -= set_->peers[i++].conf->weight;
  return i;
}

bool Choice::to_backup() {
  if (set_ == &group_.backup_ || group_.backup_.peers.empty()) return false;
  set_ = &group_.backup_;
  tried_.assign(set_->peers.size(), false);
  return true;
}

// ngx_http_upstream_get_peer(): the greatest current weight, each having grown by its own.
Peer* Choice::smooth(std::int64_t now) {
  std::size_t best = tried_.size();
  int total = 0;
  for (std::size_t i = 0; i < tried_.size(); ++i) {
    if (!may(i, now)) continue;
    Peer& peer = set_->peers[i];
    peer.current += peer.effective;
    total += peer.effective;
    if (peer.effective < peer.weight()) ++peer.effective;
    if (best == tried_.size() || peer.current > set_->peers[best].current) best = i;
  }
  if (best == tried_.size()) return nullptr;
  set_->peers[best].current -= total;
  return take(best, now);
}

Peer* Choice::round_robin(std::int64_t now) {
  if (set_->single) {
    Peer& peer = set_->peers.front();
    const bool full = peer.conf->max_conns != 0 && peer.conns >= peer.conf->max_conns;
    return peer.conf->down || full ? nullptr : &peer;
  }
  if (Peer* const peer = smooth(now)) return peer;
  return to_backup() ? smooth(now) : nullptr;
}

Peer* Choice::least_conn(std::int64_t now) {
  if (set_->single) return round_robin(now);
  do {
    auto& peers = set_->peers;
    std::size_t best = peers.size();
    bool many = false;
    const auto load = [&](std::size_t a, std::size_t b) {
      return static_cast<std::int64_t>(peers[a].conns) * peers[b].weight();
    };
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (!may(i, now)) continue;
      if (best == peers.size() || load(i, best) < load(best, i)) {
        best = i;
        many = false;
      } else if (load(i, best) == load(best, i)) {
        many = true;
      }
    }
    if (best == peers.size()) continue;
    int total = 0;
    for (std::size_t i = best; many && i < peers.size(); ++i) {
      if (!may(i, now) || load(i, best) != load(best, i)) continue;
      peers[i].current += peers[i].effective;
      total += peers[i].effective;
      if (peers[i].effective < peers[i].weight()) ++peers[i].effective;
      if (peers[i].current > peers[best].current) best = i;
    }
    peers[best].current -= total;
    return take(best, now);
  } while (to_backup());
  return nullptr;
}

Peer* Choice::ip_hash(std::int64_t now) {
  if (misses_ > kMostMisses || set_->single) return round_robin(now);
  for (;;) {
    constexpr unsigned kOctets = 3;  // of an IPv4 address: a /24 is one client
    for (unsigned i = 0; i < kOctets; ++i) hash_ = (hash_ * 113 + (client_.value >> (24 - 8 * i) & 0xff)) % 6271;
    const std::size_t i = by_weight(hash_ % set_->total_weight);
    if (may(i, now)) return take(i, now);
    if (++misses_ > kMostMisses) return round_robin(now);
  }
}

Peer* Choice::hash(std::int64_t now) {
  if (misses_ > kMostMisses || set_->single || key_.empty()) return round_robin(now);
  for (;;) {
    const std::string text = (rehash_ > 0 ? std::to_string(rehash_) : std::string()) + key_;
    hash_ += crc32(text) >> 16 & 0x7fff;
    ++rehash_;
    const std::size_t i = by_weight(hash_ % set_->total_weight);
    if (may(i, now)) return take(i, now);
    if (++misses_ > kMostMisses) return round_robin(now);
  }
}

Peer* Choice::consistent(std::int64_t now) {
  if (misses_ > kMostMisses || set_->single || key_.empty()) return round_robin(now);
  for (;;) {
    const std::string& server = group_.points_[hash_ % group_.points_.size()].server->written;
    auto& peers = set_->peers;
    std::size_t best = peers.size();
    int total = 0;
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (!may(i, now) || peers[i].conf->written != server) continue;
      peers[i].current += peers[i].effective;
      total += peers[i].effective;
      if (peers[i].effective < peers[i].weight()) ++peers[i].effective;
      if (best == peers.size() || peers[i].current > peers[best].current) best = i;
    }
    if (best != peers.size()) {
      peers[best].current -= total;
      return take(best, now);
    }
    ++hash_;
    if (++misses_ > kMostMisses) return round_robin(now);
  }
}

std::size_t Choice::random_index() { return by_weight(rng_.below(set_->total_weight)); }

Peer* Choice::random(std::int64_t now, bool two) {
  if (misses_ > kMostMisses || set_->single) return round_robin(now);
  std::size_t before = tried_.size();
  for (;;) {
    std::size_t i = random_index();
    if (may(i, now) && i != before) {
      if (!two) return take(i, now);
      if (before != tried_.size()) {
        const Peer& a = set_->peers[i];
        const Peer& b = set_->peers[before];
        if (static_cast<std::int64_t>(a.conns) * b.weight() > static_cast<std::int64_t>(b.conns) * a.weight())
          i = before;
        return take(i, now);
      }
      before = i;
    }
    if (++misses_ > kMostMisses) return round_robin(now);
  }
}

Peer* Choice::choose(std::int64_t now) {
  switch (group_.conf_.balance.value_or(Balance::round_robin)) {
    case Balance::round_robin: break;
    case Balance::least_conn: return least_conn(now);
    case Balance::ip_hash: return ip_hash(now);
    case Balance::hash: return hash(now);
    case Balance::consistent: return consistent(now);
    case Balance::random: return random(now, false);
    case Balance::random_two: return random(now, true);
  }
  return round_robin(now);
}

const UpstreamServer* Choice::next(std::int64_t now) {
  current_ = choose(now);
  if (current_ == nullptr) return nullptr;
  ++current_->conns;
  return current_->conf;
}

bool Choice::release(Verdict verdict, std::int64_t now) {
  if (current_ == nullptr) return false;
  Peer& peer = *current_;
  current_ = nullptr;
  --peer.conns;
  if (set_->single) {
    tries_ = 0;
    return false;
  }
  bool disabled = false;
  if (verdict == Verdict::failed) {
    ++peer.fails;
    peer.accessed = peer.checked = now;
    if (peer.conf->max_fails != 0) {
      peer.effective -= peer.weight() / static_cast<int>(peer.conf->max_fails);
      disabled = peer.fails >= peer.conf->max_fails;
    }
    peer.effective = std::max(peer.effective, 0);
  } else if (peer.accessed < peer.checked) {
    peer.fails = 0;
  }
  if (tries_ > 0) --tries_;
  return disabled;
}

std::vector<UpstreamConf>::const_iterator named_group(const std::vector<UpstreamConf>& groups, const ConfUrl& url) {
  return std::ranges::find_if(groups, [&](const UpstreamConf& each) {
    return each.name == url.host && (each.implicit ? each.port == url.port : !url.has_port);
  });
}

OwnGroup::OwnGroup(const ConfUrl& url, std::string written)
    : conf([&] {
        UpstreamServer server;
        server.written = std::move(written);
        server.address = {url.address, url.port};
        server.name = fmt::format("{}:{}", url.address.text(), url.port);
        UpstreamConf made;
        made.name = url.host;
        made.implicit = true;
        made.port = url.port;
        made.servers.push_back(std::move(server));
        return made;
      }()),
      group(conf) {}

}  // namespace lvs::nginx
