// SPDX-License-Identifier: GPL-2.0-or-later
// Does a packet match a rule? One function a match (kernel: net/netfilter/xt_NAME.c).
#include <algorithm>

#include "host/ip/stack.h"
#include "host/netfilter/arptables.h"
#include "host/netfilter/iptables.h"
#include "host/netfilter/xtables-match-rare.h"

namespace lvs::host {

namespace {

using wire::IpProto;

// Bytes of the transport header; false when the packet ends before.
template <std::size_t N>
bool transport(const Packet& packet, std::array<std::uint8_t, N>& bytes) {
  const auto at = static_cast<std::uint32_t>(packet.network_offset()) + packet.ip().header_size();
  if (packet.size() < at + N) return false;
  packet.read(at, bytes);
  return true;
}

bool port_matches(const xt::Ports& ports, std::uint16_t port) {
  return (port >= ports.first && port <= ports.last) != ports.invert;
}

bool has_option(const Packet& packet, std::uint8_t option, unsigned size) {
  std::array<std::uint8_t, 60> bytes;
  const auto at = static_cast<std::uint32_t>(packet.network_offset()) + packet.ip().header_size();
  if (packet.size() < at + size) return false;
  packet.read(at, std::span(bytes).first(size));
  for (unsigned i = 20; i < size;) {
    if (bytes[i] == option) return true;
    i += bytes[i] < 2 || i + 1 >= size || bytes[i + 1] == 0 ? 1u : bytes[i + 1];
  }
  return false;
}

struct Matcher {
  MatchContext& c;

  // A later fragment has no ports; one that overlaps the header is an attack.
  bool later_fragment(bool tcp) const {
    const unsigned offset = c.packet.ip().fragment_offset();
    if (tcp && offset == 8) c.hot_drop = true;
    return offset != 0;
  }
  bool cut() const {
    c.hot_drop = true;
    return false;
  }

  bool operator()(const xt::Tcp& m) const {
    if (later_fragment(true)) return false;
    std::array<std::uint8_t, 20> tcp;
    if (!transport(c.packet, tcp)) return cut();
    if (!port_matches(m.source, base::load_be16(tcp.data()))) return false;
    if (!port_matches(m.destination, base::load_be16(tcp.data() + 2))) return false;
    if (((tcp[13] & m.flags_mask) == m.flags) == m.flags_invert) return false;
    if (m.option == 0) return true;
    const unsigned size = (tcp[12] >> 4) * 4u;
    if (size < tcp.size()) return cut();
    return has_option(c.packet, m.option, size) != m.option_invert;
  }
  bool operator()(const xt::Udp& m) const {
    if (later_fragment(false)) return false;
    std::array<std::uint8_t, 8> udp;
    if (!transport(c.packet, udp)) return cut();
    return port_matches(m.source, base::load_be16(udp.data())) &&
           port_matches(m.destination, base::load_be16(udp.data() + 2));
  }
  bool operator()(const xt::Icmp& m) const {
    if (later_fragment(false)) return false;
    std::array<std::uint8_t, 8> icmp;
    if (!transport(c.packet, icmp)) return cut();
    const bool same = m.type == 0xff || (icmp[0] == m.type && icmp[1] >= m.code_first && icmp[1] <= m.code_last);
    return same != m.invert;
  }
  bool operator()(const xt::Conntrack& m) const {
    namespace state = xt::ct_state;
    const ConntrackEntry* const entry = c.packet.conntrack.get();
    if (m.states != 0) {
      std::uint16_t is = state::invalid;
      if (entry != nullptr) {
        constexpr std::uint16_t kStates[] = {state::established, state::related, state::fresh};
        is = kStates[static_cast<unsigned>(c.packet.conntrack.info()) % 3];
        if (!m.alias && entry->has(ct_status::src_nat)) is |= state::snat;
        if (!m.alias && entry->has(ct_status::dst_nat)) is |= state::dnat;
      } else if (c.packet.conntrack.untracked()) {
        is = state::untracked;
      }
      if (((m.states & is) != 0) == m.states_invert) return false;
    }
    if (entry == nullptr) return m.states != 0;
    if (m.reply && *m.reply != (direction_of(c.packet.conntrack.info()) == CtDir::reply)) return false;
    const std::uint32_t ends[] = {entry->tuples[0].src.value, entry->tuples[0].dst.value, entry->tuples[1].src.value,
                                  entry->tuples[1].dst.value};
    for (std::size_t i = 0; i < m.addresses.size(); ++i) {
      if (const auto& asked = m.addresses[i]; asked && ((ends[i] & asked->mask) == asked->addr) == asked->invert) {
        return false;
      }
    }
    return tracked_matches(m, *entry, c.host.now());
  }
  bool operator()(const xt::Mark& m) const { return ((c.packet.mark & m.mask) == m.mark) != m.invert; }
  bool operator()(const xt::Connmark& m) const {
    const ConntrackEntry* const entry = c.packet.conntrack.get();
    return entry != nullptr && ((entry->mark & m.mask) == m.mark) != m.invert;
  }
  bool operator()(const xt::Addrtype& m) const {
    const Device* const only = m.limit == xt::Addrtype::Iface::in    ? c.in
                               : m.limit == xt::Addrtype::Iface::out ? c.out
                                                                     : nullptr;
    const auto is = [&](base::Ipv4Addr addr, std::uint16_t types) {
      constexpr unsigned kNumbers[] = {0, 1, 2, 3, 5, 6, 7, 8, 9};  // RTN_ of each RouteType
      return (types >> kNumbers[static_cast<std::size_t>(c.host.fib.address_type_on(only, addr))] & 1) != 0;
    };
    const wire::ConstIpv4 ip = c.packet.ip();
    if (m.source != 0 && is(ip.src(), m.source) == m.source_invert) return false;
    return m.destination == 0 || is(ip.dst(), m.destination) != m.destination_invert;
  }
  bool operator()(const xt::Multiport& m) const {
    if (later_fragment(false)) return false;
    std::array<std::uint8_t, 4> ports;
    if (!transport(c.packet, ports)) return cut();
    const std::uint16_t source = base::load_be16(ports.data()), destination = base::load_be16(ports.data() + 2);
    const bool found = std::ranges::any_of(m.ports, [&](const xt::Ports& each) {
      const bool s = source >= each.first && source <= each.last;
      const bool d = destination >= each.first && destination <= each.last;
      if (m.which == xt::Multiport::Which::source) return s;
      return m.which == xt::Multiport::Which::destination ? d : s || d;
    });
    return found != m.invert;
  }
  bool operator()(const xt::Ttl& m) const {
    const std::uint8_t ttl = c.packet.ip().ttl();
    switch (m.mode) {
      case xt::Ttl::Mode::eq: return ttl == m.ttl;
      case xt::Ttl::Mode::ne: return ttl != m.ttl;
      case xt::Ttl::Mode::lt: return ttl < m.ttl;
      case xt::Ttl::Mode::gt: break;
    }
    return ttl > m.ttl;
  }
  bool operator()(const xt::Comment&) const { return true; }
  bool operator()(xt::Limit& m) const {
    const std::int64_t cost = std::int64_t{m.average} * 100'000;  // 1/10000 s in ns
    const std::int64_t most = cost * m.burst;
    const base::Time now = c.host.now();
    m.credit = m.credit < 0 ? most : std::min(most, m.credit + (now - m.since).count());
    m.since = now;
    if (m.credit < cost) return false;
    m.credit -= cost;
    return true;
  }
  bool operator()(const xt::Mac& m) const {
    if (c.packet.in == nullptr || !c.packet.in->is_ethernet()) return false;
    const std::uint8_t* const header = c.packet.link_header();
    if (header == nullptr) return false;
    return (wire::ConstEthernet{header}.src() == m.mac) != m.invert;
  }
  bool operator()(const xt::Ipvs& m) const {
    if (m.asks == xt::Ipvs::property) {
      return c.packet.ipvs_property != ((m.invert & xt::Ipvs::property) != 0);
    }
    return c.packet.ipvs_property && c.host.netfilter.ask_ipvs(c.packet, m);
  }
  template <class M>
  requires requires(M& m, MatchContext& c) { rare_matches(m, c); }
  bool operator()(M& m) const { return rare_matches(m, c); }
};

// Kernel: ip_packet_match().
bool header_matches(const IpRule& rule, const MatchContext& c) {
  const wire::ConstIpv4 ip = c.packet.ip();
  if (((ip.src().value & rule.src_mask) == rule.src) == rule.src_invert) return false;
  if (((ip.dst().value & rule.dst_mask) == rule.dst) == rule.dst_invert) return false;
  if (interface_matches(rule.in, c.in) == rule.in_invert) return false;
  if (interface_matches(rule.out, c.out) == rule.out_invert) return false;
  if (rule.protocol != 0 && (static_cast<std::uint8_t>(ip.protocol()) == rule.protocol) == rule.protocol_invert) {
    return false;
  }
  return !rule.fragment || (ip.fragment_offset() != 0) != rule.fragment_invert;
}

}  // namespace

bool rule_matches(IpRule& rule, MatchContext& context) {
  if (!header_matches(rule, context)) return false;
  return std::ranges::all_of(rule.matches, [&](xt::Match& match) { return std::visit(Matcher{context}, match); });
}

}  // namespace lvs::host
