// SPDX-License-Identifier: GPL-2.0-or-later
// Which addresses and ports a connection gets (kernel: nf_nat_core.c).
#include "host/netfilter/nat.h"

#include <algorithm>

#include "host/ip/stack.h"
#include "host/netfilter/has-ports.h"
#include "host/netfilter/iptables.h"

namespace lvs::host {

using trace::Drop;
using wire::IpProto;

namespace {

bool is_icmp(std::uint8_t protocol) { return protocol == static_cast<std::uint8_t>(IpProto::icmp); }

std::uint32_t done_bit(NatEnd end) { return end == NatEnd::source ? ct_status::src_nat_done : ct_status::dst_nat_done; }

std::uint16_t& part_of(CtTuple& tuple, NatEnd end) {
  return end == NatEnd::source || is_icmp(tuple.protocol) ? tuple.sport : tuple.dport;
}

bool port_in_range(const CtTuple& tuple, const xt::NatRange& range, NatEnd end) {
  CtTuple copy = tuple;
  if (!is_icmp(tuple.protocol) && !has_ports(tuple.protocol)) return true;
  const std::uint16_t port = part_of(copy, end);
  return port >= range.port_first && port <= range.port_last;
}

// Kernel: nf_in_range().
bool source_in_range(const CtTuple& tuple, const xt::NatRange& range) {
  if (range.map_addresses && (tuple.src < range.first || tuple.src > range.last)) return false;
  return !range.map_ports || port_in_range(tuple, range, NatEnd::source);
}

// Kernel: jhash2() of one word.
std::uint32_t jhash_word(std::uint32_t word, std::uint32_t seed) {
  const auto rotate = [](std::uint32_t v, int n) { return v << n | v >> (32 - n); };
  std::uint32_t a = 0xdeadbeefu + (1u << 2) + seed, b = a, c = a;
  a += word;
  c ^= b, c -= rotate(b, 14);
  a ^= c, a -= rotate(c, 11);
  b ^= a, b -= rotate(a, 25);
  c ^= b, c -= rotate(b, 16);
  a ^= c, a -= rotate(c, 4);
  b ^= a, b -= rotate(a, 14);
  c ^= b, c -= rotate(b, 24);
  return c;
}

std::uint32_t swapped(std::uint32_t v) { return v << 24 | (v & 0xff00) << 8 | (v >> 8 & 0xff00) | v >> 24; }

// Kernel: find_best_ips_proto(): an address of the range by the hash of both ends.
void choose_address(CtTuple& tuple, const xt::NatRange& range, NatEnd end) {
  if (!range.map_addresses) return;
  base::Ipv4Addr& chosen = end == NatEnd::source ? tuple.src : tuple.dst;
  if (range.first == range.last) {
    chosen = range.first;
    return;
  }
  // The kernel hashes the words as they lie in the memory of a little-endian machine.
  const std::uint32_t hash = jhash_word(swapped(tuple.src.value), range.persistent ? 0 : swapped(tuple.dst.value));
  const std::uint64_t count = std::uint64_t{range.last.value} - range.first.value + 1;
  chosen.value = range.first.value + static_cast<std::uint32_t>(hash * count >> 32);
}

}  // namespace

bool Nat::used(const CtTuple& tuple, const ConntrackEntry& entry) {
  const auto reply = Conntrack::inverse(tuple);
  return reply && conntrack_.taken(*reply, entry);
}

// Kernel: get_unique_tuple().
CtTuple Nat::unique(const CtTuple& from, const xt::NatRange& range, const ConntrackEntry& entry, NatEnd end) {
  const bool random = range.random || range.random_fully;
  if (end == NatEnd::source && !random) {
    if (source_in_range(from, range)) {
      if (!used(from, entry)) return from;
    } else {
      // As other connections of this source have been mapped, if that is possible.
      CtTuple same = from;
      bool found = false;
      conntrack_.each_of_source(from, [&](const ConntrackEntry& each) {
        const auto mapped = Conntrack::inverse(each.tuple(CtDir::reply));
        if (!mapped) return false;
        same.src = mapped->src;
        same.sport = mapped->sport;
        found = source_in_range(same, range);
        return found;
      });
      if (found && !used(same, entry)) return same;
    }
  }
  CtTuple tuple = from;
  choose_address(tuple, range, end);
  if (!random) {
    if (range.map_ports) {
      if (!range.offset && port_in_range(tuple, range, end) &&
          (range.port_first == range.port_last || !used(tuple, entry))) {
        return tuple;
      }
    } else if (!used(tuple, entry)) {
      return tuple;
    }
  }
  find_port(tuple, range, entry, end);
  return tuple;
}

// Kernel: nf_nat_l4proto_unique_tuple().
void Nat::find_port(CtTuple& tuple, const xt::NatRange& range, const ConntrackEntry& entry, NatEnd end) {
  constexpr unsigned kMostAttempts = 128;
  if (!is_icmp(tuple.protocol) && !has_ports(tuple.protocol)) return;
  std::uint16_t& port = part_of(tuple, end);
  unsigned first = 1024, size = 65536 - 1024;
  if (range.map_ports) {
    first = std::min(range.port_first, range.port_last);
    size = std::max(range.port_first, range.port_last) - first + 1u;
  } else if (is_icmp(tuple.protocol)) {
    first = 0;
    size = 65536;
  } else if (end == NatEnd::destination) {
    return;                 // without a range a destination keeps its port
  } else if (port < 512) {  // the kernel's loose convention: credentials go by low ports
    first = 1;
    size = 511;
  } else if (port < 1024) {
    first = 600;
    size = 424;
  }
  auto offset =
      range.offset ? static_cast<std::uint16_t>(port - range.port_base) : static_cast<std::uint16_t>(host_.rng.next());
  for (unsigned attempts = std::min(size, kMostAttempts);; attempts /= 2) {
    for (unsigned i = 0; i < attempts; ++i, ++offset) {
      port = static_cast<std::uint16_t>(first + offset % size);
      if (!used(tuple, entry)) return;
    }
    if (attempts >= size || attempts < 16) return;
    offset = static_cast<std::uint16_t>(host_.rng.next());
  }
}

// Kernel: nf_nat_setup_info().
HookResult Nat::set_up(ConntrackEntry& entry, const xt::NatRange& range, NatEnd end) {
  if (entry.has(ct_status::confirmed)) return HookResult::accept();
  if (entry.has(done_bit(end))) return HookResult::dropped(Drop::nat_bad_packet);
  const auto present = Conntrack::inverse(entry.tuple(CtDir::reply));
  if (!present) return HookResult::dropped(Drop::nat_bad_packet);
  const CtTuple chosen = unique(*present, range, entry, end);
  if (!(chosen == *present)) {
    const auto reply = Conntrack::inverse(chosen);
    if (!reply) return HookResult::dropped(Drop::nat_exhausted);
    entry.tuple(CtDir::reply) = *reply;
    entry.status |= end == NatEnd::source ? ct_status::src_nat : ct_status::dst_nat;
  }
  entry.status |= done_bit(end);
  if (end == NatEnd::source) conntrack_.note_source(entry);
  return HookResult::accept();
}

// No rule: the connection keeps its addresses, and another port only if its own is taken.
HookResult Nat::bind_nothing(ConntrackEntry& entry, NatEnd end) {
  xt::NatRange range;
  range.map_addresses = true;
  range.first = range.last = end == NatEnd::source ? entry.tuple(CtDir::reply).dst : entry.tuple(CtDir::reply).src;
  return set_up(entry, range, end);
}

HookResult Nat::apply(const xt::Nat& target, Hook hook, Packet& packet) {
  ConntrackEntry* const entry = packet.conntrack.get();
  if (entry == nullptr) return HookResult::accept();
  xt::NatRange range = target.range;
  switch (target.kind) {
    case xt::Nat::Kind::dnat: return set_up(*entry, range, NatEnd::destination);
    case xt::Nat::Kind::snat: return set_up(*entry, range, NatEnd::source);
    case xt::Nat::Kind::masquerade: {
      if (entry->tuple(CtDir::original).src.is_any()) return HookResult::accept();
      const base::Ipv4Addr next_hop = packet.route.next_hop(packet.ip().dst());
      range.first = range.last = host_.fib.select_address(packet.out, next_hop, Scope::global);
      if (range.first.is_any()) return HookResult::dropped(Drop::nat_no_address);
      entry->masquerade = packet.out->index();
      range.map_addresses = true;
      return set_up(*entry, range, NatEnd::source);
    }
    case xt::Nat::Kind::redirect: break;
  }
  if (hook == Hook::NF_INET_LOCAL_OUT) {
    range.first = base::Ipv4Addr::of(127, 0, 0, 1);
  } else {
    if (packet.in == nullptr || packet.in->addresses.empty()) return HookResult::dropped(Drop::nat_no_address);
    range.first = packet.in->addresses.front().prefix.addr;
  }
  range.last = range.first;
  range.map_addresses = true;
  return set_up(*entry, range, NatEnd::destination);
}

}  // namespace lvs::host
