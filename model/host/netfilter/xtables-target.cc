// SPDX-License-Identifier: GPL-2.0-or-later
// What rules do with packets. One function a target (kernel: net/netfilter/xt_NAME.c, ipt_NAME.c).
#include <algorithm>

#include "host/ip/stack.h"
#include "host/netfilter/iptables.h"
#include "host/netfilter/xtables-large.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

namespace lvs::host {

namespace {

using trace::Drop;
using wire::IpProto;

constexpr TargetResult kGoOn{};
constexpr TargetResult kDrop{StandardVerdict::drop, Drop::netfilter_drop};

struct Doer {
  MatchContext& c;
  Nat& nat;

  TargetResult operator()(const xt::Standard&) const { return kGoOn; }
  TargetResult operator()(const xt::Reject& t) const {
    using With = xt::Reject::With;
    constexpr std::uint8_t kHostProhibited = 10, kNetProhibited = 9;
    switch (t.with) {
      case With::net_unreachable: unreachable(wire::Icmp::net_unreach); break;
      case With::host_unreachable: unreachable(wire::Icmp::host_unreach); break;
      case With::proto_unreachable: unreachable(wire::Icmp::prot_unreach); break;
      case With::port_unreachable: unreachable(wire::Icmp::port_unreach); break;
      case With::net_prohibited: unreachable(kNetProhibited); break;
      case With::host_prohibited: unreachable(kHostProhibited); break;
      case With::admin_prohibited: unreachable(wire::Icmp::pkt_filtered); break;
      case With::tcp_reset: send_reset(c.host, c.conntrack, c.hook, c.packet); break;
      case With::echo_reply: break;
    }
    return kDrop;
  }
  void unreachable(std::uint8_t code) const { send_unreachable(c.host, c.hook, c.packet, code); }

  TargetResult operator()(const xt::Log& t) const {
    c.host.journal("kernel", t.prefix + log_text(c.packet, c.in, c.out, t.flags), c.packet.walk);
    return kGoOn;
  }
  TargetResult operator()(const xt::SetMark& t) const {
    c.packet.mark = (c.packet.mark & ~t.mask) ^ t.value;
    return kGoOn;
  }
  TargetResult operator()(const xt::SetConnmark& t) const {
    ConntrackEntry* const entry = c.packet.conntrack.get();
    if (entry == nullptr) return kGoOn;
    const std::uint32_t before = entry->mark;
    switch (t.mode) {
      case xt::SetConnmark::Mode::set: entry->mark = (entry->mark & ~t.ctmask) ^ t.ctmark; break;
      case xt::SetConnmark::Mode::save: entry->mark = (entry->mark & ~t.ctmask) ^ (c.packet.mark & t.nfmask); break;
      case xt::SetConnmark::Mode::restore:
        c.packet.mark = (c.packet.mark & ~t.nfmask) ^ (entry->mark & t.ctmask);
        break;
    }
    if (entry->mark != before) Conntrack::note(*entry, ct_event::mark);
    return kGoOn;
  }
  TargetResult operator()(const xt::Nat& t) const {
    const HookResult result = nat.apply(t, c.hook, c.packet);
    if (result.verdict == Verdict::drop) return {StandardVerdict::drop, result.drop};
    return {StandardVerdict::accept, Drop::none};
  }
  TargetResult operator()(const xt::BoxedTarget& t) const {
    // Kernel: netmap_tg4(). What is left is NFLOG, to which nobody listens.
    const auto* const map = std::get_if<xt::Netmap>(&t.target->as);
    if (map == nullptr) return kGoOn;
    const bool destination = end_at(c.hook) == NatEnd::destination;
    const base::Ipv4Addr old = destination ? c.packet.ip().dst() : c.packet.ip().src();
    const base::Ipv4Addr now{(old.value & ~map->mask) | (map->addr & map->mask)};
    xt::Nat target{destination ? xt::Nat::Kind::dnat : xt::Nat::Kind::snat, {}};
    target.range.map_addresses = true;
    target.range.first = target.range.last = now;
    return (*this)(target);
  }
  TargetResult operator()(const xt::Notrack&) const {
    if (c.packet.conntrack.get() == nullptr && !c.packet.conntrack.untracked()) c.packet.conntrack.set_untracked();
    return kGoOn;
  }
  TargetResult operator()(const xt::Trace&) const {
    c.packet.nf_trace = true;
    return kGoOn;
  }
  TargetResult operator()(const xt::SetTos& t) const {
    const wire::Ipv4 ip = c.packet.ip();
    const auto tos = static_cast<std::uint8_t>((ip.tos() & ~t.mask) ^ t.value);
    rewrite_header([&] { ip.set_tos(tos); });
    return kGoOn;
  }
  TargetResult operator()(const xt::SetDscp& t) const {
    const wire::Ipv4 ip = c.packet.ip();
    const auto tos = static_cast<std::uint8_t>((ip.tos() & 3) | t.dscp << 2);
    rewrite_header([&] { ip.set_tos(tos); });
    return kGoOn;
  }
  TargetResult operator()(const xt::SetTtl& t) const {
    const wire::Ipv4 ip = c.packet.ip();
    int ttl = t.ttl;
    if (t.mode == xt::SetTtl::Mode::increase) ttl = std::min(ip.ttl() + t.ttl, 255);
    if (t.mode == xt::SetTtl::Mode::decrease) ttl = std::max(ip.ttl() - t.ttl, 0);
    rewrite_header([&] { ip.set_ttl(static_cast<std::uint8_t>(ttl)); });
    return kGoOn;
  }
  // The header's checksum after a field other than it has changed.
  template <class Change>
  void rewrite_header(Change change) const {
    const wire::Ipv4 ip = c.packet.ip();
    const std::uint16_t words[] = {base::load_be16(ip.p), base::load_be16(ip.p + 8)};
    change();
    std::uint16_t checksum = wire::checksum_update(ip.checksum(), words[0], base::load_be16(ip.p));
    checksum = wire::checksum_update(checksum, words[1], base::load_be16(ip.p + 8));
    ip.set_checksum(checksum);
  }

  // Kernel: tcpmss_mangle_packet(). A SYN without the option keeps none, unlike there.
  TargetResult operator()(const xt::TcpMss& t) const {
    const wire::ConstIpv4 ip = c.packet.ip();
    if (ip.protocol() != IpProto::tcp || ip.fragment_offset() != 0) return kGoOn;
    const auto at = static_cast<std::uint32_t>(c.packet.network_offset()) + ip.header_size();
    if (!c.packet.may_pull(at + wire::Tcp::kMinSize)) return kDrop;
    const unsigned size = wire::Tcp{c.packet.data() + at}.header_size();
    if (size < wire::Tcp::kMinSize || !c.packet.may_pull(at + size)) return kDrop;
    std::uint32_t mss = t.mss;
    if (t.mss == xt::TcpMss::kClamp) {
      constexpr std::uint32_t kHeaders = 40;
      const Route back = c.host.fib.output({.dst = c.packet.ip().src()});
      const std::uint32_t mtu = std::min(c.packet.route.mtu, back.valid() ? back.mtu : 0xffffffffu);
      if (mtu <= kHeaders) return kDrop;
      mss = mtu - kHeaders;
    }
    const wire::Tcp tcp{c.packet.data() + at};
    for (unsigned i = wire::Tcp::kMinSize; i + 4 <= size;) {
      std::uint8_t* const option = tcp.p + i;
      if (option[0] == 2 && option[1] == 4) {
        const std::uint16_t old = base::load_be16(option + 2);
        if (old <= mss) return kGoOn;
        base::store_be16(option + 2, static_cast<std::uint16_t>(mss));
        if (c.packet.checksum != ChecksumState::partial) {
          // At an odd offset, too, where this is wrong: so does the kernel.
          tcp.set_checksum(wire::checksum_update(tcp.checksum(), old, static_cast<std::uint16_t>(mss)));
        }
        return kGoOn;
      }
      i += option[0] < 2 || option[1] == 0 ? 1u : option[1];
    }
    return kGoOn;
  }
};

}  // namespace

TargetResult apply_target(const IpRule& rule, MatchContext& context, Nat& nat) {
  return std::visit(Doer{context, nat}, rule.target);
}

}  // namespace lvs::host
