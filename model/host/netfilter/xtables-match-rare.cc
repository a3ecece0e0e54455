// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netfilter/xtables-match-rare.h"

#include <algorithm>
#include <array>

#include "host/ip/stack.h"
#include "host/netfilter/ipset.h"
#include "host/netfilter/xtables-large.h"

namespace lvs::host {

namespace {

bool within(std::uint16_t number, const xt::Ports& ports) { return number >= ports.first && number <= ports.last; }

// Kernel: match_packet() of xt_sctp.c.
bool chunks_match(const xt::Sctp& m, const Packet& packet, std::uint32_t at, bool& hot_drop) {
  using Chunks = xt::Sctp::Chunks;
  std::array<bool, 256> left = m.types;
  while (at < packet.size()) {
    std::array<std::uint8_t, 4> chunk;
    if (at + chunk.size() > packet.size() || (packet.read(at, chunk), base::load_be16(chunk.data() + 2) == 0)) {
      hot_drop = true;
      return false;
    }
    at += (base::load_be16(chunk.data() + 2) + 3u) & ~3u;
    if (m.types[chunk[0]]) {
      const auto flags = std::ranges::find(m.flags, chunk[0], &xt::Sctp::Flags::type);
      const bool fits = flags == m.flags.end() || (chunk[1] & flags->mask) == flags->flags;
      if (m.chunks == Chunks::any && fits) return true;
      if (m.chunks == Chunks::all && fits) left[chunk[0]] = false;
      if (m.chunks == Chunks::only && !fits) return false;
    } else if (m.chunks == Chunks::only) {
      return false;
    }
  }
  if (m.chunks == Chunks::all) return std::ranges::none_of(left, [](bool each) { return each; });
  return m.chunks == Chunks::only;
}

}  // namespace

bool rare_matches(const xt::Sctp& m, MatchContext& c) {
  if (c.packet.ip().fragment_offset() != 0) return false;
  std::array<std::uint8_t, 12> header;
  const auto at = static_cast<std::uint32_t>(c.packet.network_offset()) + c.packet.ip().header_size();
  if (c.packet.size() < at + header.size()) {
    c.hot_drop = true;
    return false;
  }
  c.packet.read(at, header);
  if (m.source.asks() && within(base::load_be16(header.data()), m.source) == m.source.invert) return false;
  if (m.destination.asks() && within(base::load_be16(header.data() + 2), m.destination) == m.destination.invert) {
    return false;
  }
  if (m.chunks == xt::Sctp::Chunks::unasked) return true;
  bool broken = false;
  const bool found = chunks_match(m, c.packet, at + static_cast<std::uint32_t>(header.size()), broken);
  if (broken) c.hot_drop = true;
  return found != m.chunks_invert;
}

bool rare_matches(xt::Statistic& m, MatchContext& c) {
  if (!m.nth) return ((c.host.rng.next() & 0x7fffffff) < m.probability) != m.invert;
  m.count = m.count == m.every ? 0 : m.count + 1;
  return (m.count == 0) != m.invert;
}

bool rare_matches(const xt::Set& m, MatchContext& c) {
  return (m.set != nullptr && m.set->matches(c.packet, m.source, c.host.now())) != m.invert;
}

bool rare_matches(const xt::Tos& m, MatchContext& c) { return ((c.packet.ip().tos() & m.mask) == m.value) != m.invert; }

bool rare_matches(const xt::Dscp& m, MatchContext& c) { return (c.packet.ip().tos() >> 2 == m.dscp) != m.invert; }

bool rare_matches(const xt::IpRange& m, MatchContext& c) {
  const auto fits = [](const std::optional<xt::IpRange::Range>& range, base::Ipv4Addr addr) {
    return !range || (addr.value >= range->first && addr.value <= range->last) != range->invert;
  };
  return fits(m.source, c.packet.ip().src()) && fits(m.destination, c.packet.ip().dst());
}

bool rare_matches(const xt::Length& m, MatchContext& c) {
  const std::uint32_t length = c.packet.size();
  return (length >= m.first && length <= m.last) != m.invert;
}

// Kernel: pkttype_mt(). What this host sends is PACKET_HOST until it leaves.
bool rare_matches(const xt::PktType& m, MatchContext& c) {
  std::uint8_t type = 0;
  switch (c.packet.type) {
    case PacketType::broadcast: type = 1; break;
    case PacketType::multicast: type = 2; break;
    case PacketType::otherhost: type = 3; break;
    case PacketType::loopback: type = c.packet.ip().dst().is_multicast() ? 2 : 1; break;
    default: break;
  }
  return (type == m.type) != m.invert;
}

bool rare_matches(const xt::BoxedMatch& m, MatchContext& c) { return large_matches(*m.match, c); }

bool tracked_matches(const xt::Conntrack& m, const ConntrackEntry& entry, base::Time now) {
  const std::array<std::uint16_t, 4> ports{entry.tuples[0].sport, entry.tuples[0].dport, entry.tuples[1].sport,
                                           entry.tuples[1].dport};
  if (m.protocol && (entry.tuples[0].protocol == m.protocol->first) == m.protocol->invert) return false;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (m.ports[i] && within(ports[i], *m.ports[i]) == m.ports[i]->invert) return false;
  }
  if (m.status && entry.has(m.status->first) == m.status->invert) return false;
  if (!m.expires) return true;
  // Kernel: nf_ct_expires() / HZ; a connection on its way into the table has a length, no end yet.
  const base::Time left =
      entry.has(ct_status::confirmed) ? std::max(entry.expires - now, base::Time{0}) : base::Time{0};
  const auto seconds = static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(left).count());
  return (seconds >= m.expires->first && seconds <= m.expires->last) != m.expires->invert;
}

}  // namespace lvs::host
