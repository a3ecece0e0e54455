// SPDX-License-Identifier: GPL-2.0-or-later
// Where packets meet IPVS (kernel: ip_vs_ops4[], ip_vs_in_hook(), ip_vs_out_hook(), ip_vs_forward_icmp()).
//
//   LOCAL_IN    98 ip_vs_out       99 ip_vs_in
//   FORWARD     99 ip_vs_forward_icmp   100 ip_vs_out
//   LOCAL_OUT  -99 ip_vs_out      -98 ip_vs_in
#include "host/ip/fragment.h"
#include "ipvs/proto/sip.h"
#include "ipvs/xmit/xmit.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

namespace lvs::ipvs {
namespace {

using trace::Stage;
using trace::Verdict;
using trace::Why;
using trace::WhyId;

constexpr std::uint8_t kSctpInit = 1, kSctpAbort = 6;
constexpr std::uint32_t kSctpHeader = 12;

bool balanced(IpProto protocol) {
  return protocol == IpProto::tcp || protocol == IpProto::udp || protocol == IpProto::sctp;
}

// The type of the first chunk; 255 when there is none.
std::uint8_t first_chunk(const Packet& packet, const Header& header) {
  std::array<std::uint8_t, 1> type{255};
  const std::uint32_t at = header.offset + header.size + kSctpHeader;
  if (packet.size() > at + 3) packet.read(at, type);
  return type[0];
}

bool is_new(Packet& packet, const Header& header) {
  switch (header.protocol) {
    case IpProto::tcp:
      return packet.may_pull(header.size + wire::Tcp::kMinSize) &&
             wire::Tcp{packet.data() + header.size}.has(wire::Tcp::syn);
    case IpProto::sctp: return first_chunk(packet, header) == kSctpInit;
    default: return false;
  }
}

// The client uses its port again, and the old connection is over (kernel: is_new_conn_expected()).
bool new_conn_expected(const Conn& conn, int reuse_mode) {
  if (conn.control != nullptr) return false;
  switch (static_cast<IpProto>(conn.protocol)) {
    case IpProto::tcp:
      return conn.state == tcp_state::time_wait || conn.state == tcp_state::close ||
             ((reuse_mode & 2) != 0 && conn.state == tcp_state::fin_wait && conn.has(conn_flag::no_output));
    case IpProto::sctp: return conn.state == sctp_state::closed;
    default: return false;
  }
}

// A SYN for a known connection: go on with it, or forget it? While the tracker knows the old one, the packet has to
// wait until that is gone, too.
enum class Known : std::uint8_t { keep, forget, wait };
Known forget(Core& core, Conn& conn, bool old_conntrack) {
  if (!old_conntrack) conn.clear(conn_flag::keep_conntrack);
  if (conn.controlled == 0) expire_conn_now(core, conn);
  return old_conntrack ? Known::wait : Known::forget;
}
Known known_for_new(Core& core, Conn& conn, const Packet& packet) {
  const int reuse_mode = core.settings.conn_reuse_mode;
  const bool quiesced = core.settings.expire_nodest_conn != 0 && conn.dest != nullptr && conn.dest->weight == 0;
  if (!quiesced && !(reuse_mode != 0 && new_conn_expected(conn, reuse_mode))) return Known::keep;
  const bool old = uses_old_conntrack(packet);
  if (!quiesced && conn.controlled != 0 && old) return Known::keep;
  return forget(core, conn, old);
}

// Kernel: ip_vs_in_hook().
HookResult ip_vs_in(void* self, Hook hook, PacketPtr& packet) {
  Core& core = *static_cast<Core*>(self);
  if (packet->ipvs_property) return HookResult::accept();
  if (packet->type != host::PacketType::host && hook != Hook::NF_INET_LOCAL_OUT) return HookResult::accept();
  Header header;
  if (packet->ip().protocol() == IpProto::icmp) {
    bool related = true;
    header.size = packet->ip().header_size();
    const HookResult result = icmp_in(core, hook, packet, header, related);
    return related ? result : HookResult::accept();
  }
  if (!balanced(packet->ip().protocol())) {
    // Seen again only if it is a tunnel's packet, taken out of its shell.
    if (core.settings.ignore_tunneled != 0) packet->ipvs_property = true;
    return HookResult::accept();
  }
  Conn* conn = nullptr;
  if (read_header(*packet, 0, header)) {
    conn = core.conns.find_in(
        {header.src, header.dst, header.sport, header.dport, static_cast<std::uint8_t>(header.protocol)});
  }
  if (conn != nullptr) {
    const Known known = is_new(*packet, header) ? known_for_new(core, *conn, *packet) : Known::keep;
    if (known == Known::wait) return HookResult::dropped(Drop::ipvs_reused_tuple);
    if (known == Known::forget) {
      conn = nullptr;
    } else if (conn->dest != nullptr && !conn->dest->available) {
      if (core.settings.expire_nodest_conn == 0) return HookResult::dropped(Drop::ipvs_dest_gone);
      const bool old = uses_old_conntrack(*packet);
      if (!old) conn->clear(conn_flag::keep_conntrack);
      expire_conn_now(core, *conn);
      if (old) return HookResult::dropped(Drop::ipvs_reused_tuple);
      conn = nullptr;
    }
  }
  const bool fresh = conn == nullptr;
  if (fresh) {
    if (header.transport == nullptr) return HookResult::dropped(Drop::ipvs_bad_packet);
    HookResult result;
    conn = try_to_schedule(core, hook, packet, header, result);
    if (conn == nullptr) return result;
  }
  if (core.host.tracing()) {
    core.host.trace(Stage::ipvs_in, *packet, Verdict::accept, Drop::none,
                    {fresh ? WhyId::ipvs_scheduled : WhyId::ipvs_conn, {conn->daddr.value, conn->dport, 0, 0}},
                    "ip_vs_in", conn->flow());
  }
  count_in(core, *conn, packet->size());
  set_state(core, *conn, Direction::input, *packet, header);
  const HookResult result = transmit(core, *conn, packet, header);
  if (!conn->has(conn_flag::one_packet)) {
    conn->count_packet();
  } else if (conn->control != nullptr) {
    conn->control->count_packet();
  }
  put_conn(core, *conn);
  return result;
}

// Kernel: ip_vs_route_me_harder(): a reply leaves as if this host had sent it from the virtual address.
bool reroute(Core& core, Hook hook, Packet& packet) {
  if (core.settings.snat_reroute == 0 || hook == Hook::NF_INET_LOCAL_IN) return true;
  if (packet.route.type == host::RouteType::local) return true;
  // Few replies differ in what is asked here, so the answers are kept.
  if (core.rerouted.empty()) core.rerouted.resize(4096);
  const wire::Ipv4 ip = packet.ip();
  const std::uint32_t hash = (ip.dst().value ^ ip.src().value << 7) * 0x9e3779b1u ^ packet.mark;
  Core::Rerouted& known = core.rerouted[hash >> 20];
  if (known.generation != core.host.fib.generation() || known.dst != ip.dst() || known.src != ip.src() ||
      known.mark != packet.mark || known.tos != ip.tos()) {
    // ip_route_me_harder() asks as if for RTN_LOCAL: the virtual address need not be ours (FLOWI_FLAG_ANYSRC).
    const host::Route route = core.host.fib.output({.dst = ip.dst(),
                                                    .src = ip.src(),
                                                    .in = nullptr,
                                                    .out = nullptr,
                                                    .mark = packet.mark,
                                                    .tos = ip.tos(),
                                                    .any_source = true});
    known = {core.host.fib.generation(), packet.mark, ip.src(), ip.dst(), ip.tos(), route};
  }
  if (known.route.type != host::RouteType::unicast && known.route.type != host::RouteType::local) return false;
  packet.route = known.route;
  packet.out = known.route.dev;
  return true;
}

// Kernel: handle_response().
HookResult handle_response(Core& core, Hook hook, PacketPtr& packet, Conn& conn, const Header& header) {
  const bool masq = conn.method() == ForwardMethod::masq;
  if (masq) {
    Drop bad = Drop::none;
    if (!rewrite_reply(core, conn, *packet, header)) {
      bad = Drop::ipvs_bad_packet;
    } else if (!reroute(core, hook, *packet)) {
      bad = Drop::ip_outnoroutes;
    }
    if (bad != Drop::none) {
      put_conn(core, conn);
      return HookResult::dropped(bad);
    }
    core.host.cpu.charge(host::CpuStage::rewrite);
  }
  if (core.host.tracing()) {
    const Why why = masq ? Why{WhyId::ipvs_masq_reply, {conn.daddr.value, conn.dport, conn.vaddr.value, conn.vport}}
                         : Why{WhyId::ipvs_conn, {conn.daddr.value, conn.dport, 0, 0}};
    core.host.trace(Stage::ipvs_out, *packet, Verdict::accept, Drop::none, why, "ip_vs_out", conn.flow());
  }
  count_out(core, conn, packet->size());
  set_state(core, conn, Direction::output, *packet, header);
  packet->ipvs_property = true;
  settle_conntrack(conn, *packet, Settle::reply);
  put_conn(core, conn);
  return HookResult::accept();
}

// A server's packet without a connection; nat_icmp_send lets it know.
HookResult refuse_server(Core& core, PacketPtr& packet, const Header& header) {
  if (core.settings.nat_icmp_send == 0 || header.transport == nullptr) return HookResult::accept();
  if (find_real_server(core, header.protocol, header.src, header.sport) == nullptr) return HookResult::accept();
  const std::uint32_t transport = header.size;
  if (header.protocol == IpProto::tcp && packet->may_pull(transport + wire::Tcp::kMinSize) &&
      wire::Tcp{packet->data() + transport}.has(wire::Tcp::rst)) {
    return HookResult::accept();
  }
  if (header.protocol == IpProto::sctp && first_chunk(*packet, header) == kSctpAbort) return HookResult::accept();
  core.host.icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::port_unreach);
  return HookResult::dropped(Drop::ipvs_no_destination);
}

host::FragmentUser fragment_user(Hook hook) {
  if (hook == Hook::NF_INET_LOCAL_IN) return host::FragmentUser::ipvs_in;
  return hook == Hook::NF_INET_FORWARD ? host::FragmentUser::ipvs_forward : host::FragmentUser::ipvs_out;
}

// Kernel: ip_vs_out_hook().
HookResult ip_vs_out(void* self, Hook hook, PacketPtr& packet) {
  Core& core = *static_cast<Core*>(self);
  if (packet->ipvs_property) return HookResult::accept();
  Header header;
  const IpProto protocol = packet->ip().protocol();
  if (protocol == IpProto::icmp) {
    bool related = true;
    header.size = packet->ip().header_size();
    const HookResult result = icmp_out(core, hook, packet, header, related);
    return related ? result : HookResult::accept();
  }
  if (!balanced(protocol)) return HookResult::accept();
  if (packet->ip().is_fragment()) {
    packet = core.host.defragment(std::move(packet), fragment_user(hook));
    if (packet == nullptr) return HookResult::stolen();
  }
  if (!read_header(*packet, 0, header)) return HookResult::accept();
  const Tuple tuple{header.src, header.dst, header.sport, header.dport, static_cast<std::uint8_t>(protocol)};
  if (Conn* conn = core.conns.find_out(tuple)) return handle_response(core, hook, packet, *conn, header);
  if (core.sip_services != 0 && protocol == IpProto::udp && hook != Hook::NF_INET_LOCAL_IN) {
    if (Conn* conn = sip_conn_out(core, *packet, header)) return handle_response(core, hook, packet, *conn, header);
  }
  return refuse_server(core, packet, header);
}

// Kernel: ip_vs_forward_icmp(): errors for flows of fwmark services, which are addressed to anybody.
HookResult ip_vs_forward_icmp(void* self, Hook hook, PacketPtr& packet) {
  Core& core = *static_cast<Core*>(self);
  if (packet->ip().protocol() != IpProto::icmp) return HookResult::accept();
  Header header;
  header.size = packet->ip().header_size();
  bool related = true;
  return icmp_in(core, hook, packet, header, related);
}

struct Registration {
  Hook hook;
  int priority;
  std::string_view name;
  host::Netfilter::Function function;
};
constexpr std::array kRegistrations{
    Registration{Hook::NF_INET_LOCAL_IN, host::priority::nat_src - 2, "ip_vs_out", &ip_vs_out},
    Registration{Hook::NF_INET_LOCAL_IN, host::priority::nat_src - 1, "ip_vs_in", &ip_vs_in},
    Registration{Hook::NF_INET_LOCAL_OUT, host::priority::nat_dst + 1, "ip_vs_out", &ip_vs_out},
    Registration{Hook::NF_INET_LOCAL_OUT, host::priority::nat_dst + 2, "ip_vs_in", &ip_vs_in},
    Registration{Hook::NF_INET_FORWARD, 99, "ip_vs_forward_icmp", &ip_vs_forward_icmp},
    Registration{Hook::NF_INET_FORWARD, 100, "ip_vs_out", &ip_vs_out},
};

}  // namespace

void register_hooks(Core& core) {
  for (const Registration& r : kRegistrations) core.host.netfilter.add(r.hook, {r.priority, r.name, r.function, &core});
  core.host.set_prefetch(&prefetch, &core);
  answer_matches(core);
}

void unregister_hooks(Core& core) {
  for (const Registration& r : kRegistrations) core.host.netfilter.remove(r.hook, r.name, &core);
  core.host.set_prefetch(nullptr, nullptr);
  stop_answering(core);
}

void count_in(Core& core, const Conn& conn, std::uint32_t bytes) {
  Destination* dest = conn.dest;
  if (dest == nullptr || !dest->available) return;
  for (Stats* stats : {&dest->stats, &dest->service->stats, &core.total}) {
    ++stats->live.in_packets;
    stats->live.in_bytes += bytes;
  }
}

void count_out(Core& core, const Conn& conn, std::uint32_t bytes) {
  Destination* dest = conn.dest;
  if (dest == nullptr || !dest->available) return;
  for (Stats* stats : {&dest->stats, &dest->service->stats, &core.total}) {
    ++stats->live.out_packets;
    stats->live.out_bytes += bytes;
  }
}

bool reroute_reply(Core& core, Hook hook, Packet& packet) { return reroute(core, hook, packet); }

}  // namespace lvs::ipvs
