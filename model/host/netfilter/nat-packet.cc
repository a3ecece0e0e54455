// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of translated connections (kernel: nf_nat_inet_fn() and nf_nat_proto.c).
#include "host/ip/stack.h"
#include "host/netfilter/iptables.h"
#include "host/netfilter/nat.h"
#include "trace/why.h"
#include "wire/icmp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::host {

using trace::Drop;
using trace::WhyId;
using wire::IpProto;

namespace {

struct Change {
  base::Ipv4Addr from, to;
  std::uint16_t port = 0;
  NatEnd end;
};

// A checksum over the pseudo header and the port; with a partial one the field knows the pseudo header only.
std::uint16_t mended(std::uint16_t checksum, const Change& c, std::uint16_t old_port, bool partial) {
  if (partial) {
    return static_cast<std::uint16_t>(~wire::checksum_update(static_cast<std::uint16_t>(~checksum), c.from, c.to));
  }
  return wire::checksum_update(wire::checksum_update(checksum, c.from, c.to), old_port, c.port);
}

void write_port(std::uint8_t* ports, const Change& c) {
  base::store_be16(ports + (c.end == NatEnd::source ? 0 : 2), c.port);
}
std::uint16_t port_of(const std::uint8_t* ports, NatEnd end) {
  return base::load_be16(ports + (end == NatEnd::source ? 0 : 2));
}

// What an ICMP error quotes may end behind the ports.
bool write_tcp(Packet& packet, std::uint32_t at, const Change& c) {
  constexpr std::uint32_t kPorts = 8;
  if (!packet.may_pull(at + kPorts)) return false;
  const bool whole = packet.size() >= at + wire::Tcp::kMinSize && packet.may_pull(at + wire::Tcp::kMinSize);
  const wire::Tcp tcp{packet.data() + at};
  const std::uint16_t old = port_of(tcp.p, c.end);
  write_port(tcp.p, c);
  if (whole) tcp.set_checksum(mended(tcp.checksum(), c, old, packet.checksum == ChecksumState::partial));
  return true;
}

bool write_udp(Packet& packet, std::uint32_t at, const Change& c) {
  if (!packet.may_pull(at + wire::Udp::kSize)) return false;
  const wire::Udp udp{packet.data() + at};
  const std::uint16_t old = port_of(udp.p, c.end);
  write_port(udp.p, c);
  if (udp.checksum() == 0 && packet.checksum != ChecksumState::partial) return true;
  const std::uint16_t checksum = mended(udp.checksum(), c, old, packet.checksum == ChecksumState::partial);
  udp.set_checksum(checksum == 0 ? 0xffff : checksum);
  return true;
}

bool write_icmp(Packet& packet, std::uint32_t at, const CtTuple& tuple) {
  if (!packet.may_pull(at + wire::Icmp::kSize)) return false;
  const wire::Icmp icmp{packet.data() + at};
  switch (icmp.type()) {
    case 0:
    case 8:
    case 13:
    case 14:
    case 15:
    case 16:
    case 17:
    case 18: break;
    default: return true;
  }
  icmp.set_checksum(wire::checksum_update(icmp.checksum(), icmp.echo_id(), tuple.sport));
  base::store_be16(icmp.p + 4, tuple.sport);
  return true;
}

}  // namespace

bool nat_write(Packet& packet, std::uint32_t offset, const CtTuple& tuple, NatEnd end) {
  if (!packet.may_pull(offset + wire::Ipv4::kMinSize)) return false;
  const wire::Ipv4 before{packet.data() + offset};
  const unsigned header = before.header_size();
  if (header < wire::Ipv4::kMinSize || !packet.may_pull(offset + header)) return false;
  const bool source = end == NatEnd::source;
  const wire::Ipv4 ip{packet.data() + offset};
  const Change change{source ? ip.src() : ip.dst(), source ? tuple.src : tuple.dst, source ? tuple.sport : tuple.dport,
                      end};
  const std::uint32_t at = offset + header;
  bool whole = true;
  if (ip.fragment_offset() == 0) {
    switch (ip.protocol()) {
      case IpProto::tcp: whole = write_tcp(packet, at, change); break;
      case IpProto::udp: whole = write_udp(packet, at, change); break;
      case IpProto::icmp: whole = write_icmp(packet, at, tuple); break;
      default: break;
    }
  }
  if (!whole) return false;
  const wire::Ipv4 after{packet.data() + offset};
  after.set_checksum(wire::checksum_update(after.checksum(), change.from, change.to));
  source ? after.set_src(change.to) : after.set_dst(change.to);
  return true;
}

Nat::~Nat() = default;

void Nat::register_hooks() {
  if (registered_) return;
  registered_ = true;
  for (const Hook each : {Hook::NF_INET_PRE_ROUTING, Hook::NF_INET_LOCAL_OUT}) {
    host_.netfilter.add(each, {priority::nat_dst, "nat", &Nat::hook, this});
  }
  for (const Hook each : {Hook::NF_INET_POST_ROUTING, Hook::NF_INET_LOCAL_IN}) {
    host_.netfilter.add(each, {priority::nat_src, "nat", &Nat::hook, this});
  }
}

// Kernel: nf_nat_ipv4_pre_routing(), _out(), _local_fn(), _local_in().
HookResult Nat::hook(void* self, Hook hook, PacketPtr& packet) {
  Nat& nat = *static_cast<Nat*>(self);
  if (packet->conntrack.get() == nullptr) return HookResult::accept();
  const base::Ipv4Addr dst = packet->ip().dst();
  const HookResult result = nat.translate(hook, *packet);
  if (result.verdict != Verdict::accept) return result;
  if (hook == Hook::NF_INET_PRE_ROUTING && packet->ip().dst() != dst) packet->route = Route{};
  if (hook != Hook::NF_INET_LOCAL_OUT) return result;
  const ConntrackEntry* const entry = packet->conntrack.get();
  const CtDir dir = direction_of(packet->conntrack.info());
  if (entry == nullptr || entry->tuple(dir).dst == entry->tuple(other(dir)).src) return result;
  return route_me_harder(nat.host_, *packet) ? result : HookResult::dropped(Drop::ip_outnoroutes);
}

// Kernel: nf_nat_inet_fn(): the first packet of a connection asks the rules, later ones follow.
HookResult Nat::translate(Hook hook, Packet& packet) {
  ConntrackEntry& entry = *packet.conntrack.get();
  const CtInfo info = packet.conntrack.info();
  const NatEnd end = end_at(hook);
  const bool related = info == CtInfo::related || info == CtInfo::related_reply;
  if (related && packet.ip().protocol() == IpProto::icmp) {
    return rewrite_error(entry, info, hook, packet) ? HookResult::accept() : HookResult::dropped(Drop::nat_bad_packet);
  }
  const std::uint32_t done = end == NatEnd::source ? ct_status::src_nat_done : ct_status::dst_nat_done;
  if ((related || info == CtInfo::fresh) && !entry.has(done)) {
    const HookResult asked = tables_.pass(IpTables::Kind::nat, hook, packet);
    if (asked.verdict != Verdict::accept) return asked;
    if (!entry.has(done)) {
      if (const HookResult bound = bind_nothing(entry, end); bound.verdict != Verdict::accept) return bound;
    }
  } else if (hook == Hook::NF_INET_POST_ROUTING && entry.masquerade != 0 && direction_of(info) == CtDir::original &&
             packet.out != nullptr && packet.out->index() != entry.masquerade) {
    // The way out has changed, so has the address to masquerade with: the next packet begins anew.
    conntrack_.kill(entry);
    return HookResult::dropped(Drop::nat_no_address);
  }
  return rewrite(entry, info, hook, packet);
}

// Kernel: nf_nat_packet().
HookResult Nat::rewrite(ConntrackEntry& entry, CtInfo info, Hook hook, Packet& packet) {
  const NatEnd end = end_at(hook);
  const CtDir dir = direction_of(info);
  const bool source_bit = (end == NatEnd::source) == (dir == CtDir::original);
  if (!entry.has(source_bit ? ct_status::src_nat : ct_status::dst_nat)) return HookResult::accept();
  const auto target = Conntrack::inverse(entry.tuple(other(dir)));
  if (!target) return HookResult::dropped(Drop::nat_bad_packet);
  const bool source = end == NatEnd::source;
  const CtTuple& from = entry.tuple(dir);
  if (!nat_write(packet, static_cast<std::uint32_t>(packet.network_offset()), *target, end)) {
    return HookResult::dropped(Drop::nat_bad_packet);
  }
  if (host_.tracing()) {
    const trace::Why why =
        source ? trace::Why{WhyId::nat_source, {from.src.value, from.sport, target->src.value, target->sport}}
               : trace::Why{WhyId::nat_destination, {from.dst.value, from.dport, target->dst.value, target->dport}};
    host_.trace(stage_of(hook), packet, Verdict::accept, Drop::none, why, "nat");
  }
  return HookResult::accept();
}

// An ICMP error about a translated connection: what it quotes, and then the error itself (kernel:
// nf_nat_icmp_reply_translation()).
bool Nat::rewrite_error(ConntrackEntry& entry, CtInfo info, Hook hook, Packet& packet) {
  const auto offset = static_cast<std::uint32_t>(packet.network_offset());
  const auto at = offset + packet.ip().header_size();
  const auto quote = at + static_cast<std::uint32_t>(wire::Icmp::kSize);
  if (!packet.may_pull(quote + wire::Ipv4::kMinSize)) return false;
  if (!Conntrack::checksum_ok(packet, hook)) return false;
  if (wire::Icmp{packet.data() + at}.type() == wire::Icmp::redirect) {
    if ((entry.status & ct_status::nat_done_mask) != ct_status::nat_done_mask) return false;
    if (entry.has(ct_status::nat_mask)) return false;
  }
  const NatEnd end = end_at(hook);
  const CtDir dir = direction_of(info);
  const bool source_bit = (end == NatEnd::source) == (dir == CtDir::original);
  if (!entry.has(source_bit ? ct_status::src_nat : ct_status::dst_nat)) return true;
  const CtTuple& back = entry.tuple(other(dir));
  const NatEnd inner = end == NatEnd::source ? NatEnd::destination : NatEnd::source;
  if (!nat_write(packet, quote, back, inner)) return false;
  const wire::Icmp icmp{packet.data() + at};
  icmp.set_checksum(0);
  packet.set_transport_header(at);
  icmp.set_checksum(wire::checksum_of(packet.transport_sum()));
  const auto target = Conntrack::inverse(back);
  if (!target) return false;
  const wire::Ipv4 outer = packet.ip();
  const bool source = end == NatEnd::source;
  const base::Ipv4Addr from = source ? outer.src() : outer.dst(), to = source ? target->src : target->dst;
  outer.set_checksum(wire::checksum_update(outer.checksum(), from, to));
  source ? outer.set_src(to) : outer.set_dst(to);
  return true;
}

}  // namespace lvs::host
