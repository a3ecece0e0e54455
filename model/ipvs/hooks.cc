// SPDX-License-Identifier: GPL-2.0-or-later
// Where packets meet IPVS (kernel: ip_vs_ops4[], ip_vs_in_hook(), ip_vs_out_hook(), ip_vs_forward_icmp()).
//
//   LOCAL_IN    98 ip_vs_out       99 ip_vs_in
//   FORWARD     99 ip_vs_forward_icmp   100 ip_vs_out
//   LOCAL_OUT  -99 ip_vs_out      -98 ip_vs_in
#include "host/ip/fragment.h"
#include "ipvs/proto/protocol.h"
#include "ipvs/proto/sip.h"
#include "ipvs/steps.h"
#include "ipvs/xmit/xmit.h"
#include "wire/icmp.h"

namespace lvs::ipvs {
namespace {

using trace::Stage;
using trace::Verdict;
using trace::Why;
using trace::WhyId;

// A SYN for a known connection: go on with it, or forget it? While the tracker knows the old one, the packet has to
// wait until that is gone, too.
enum class Known : std::uint8_t { keep, forget, wait };
Known forget(Core& core, Conn& conn, bool old_conntrack) {
  if (!old_conntrack) conn.clear(conn_flag::keep_conntrack);
  if (conn.controlled == 0) expire_conn_now(core, conn);
  return old_conntrack ? Known::wait : Known::forget;
}
Known known_for_new(Core& core, Conn& conn, const Protocol& protocol, const Packet& packet) {
  const int reuse_mode = core.settings.conn_reuse_mode;
  const bool quiesced = core.settings.expire_nodest_conn != 0 && conn.dest != nullptr && conn.dest->weight == 0;
  // The client uses its port again, and the old connection is over.
  const bool expected = reuse_mode != 0 && conn.control == nullptr && protocol.over(conn, reuse_mode);
  if (!quiesced && !expected) return Known::keep;
  const bool old = uses_old_conntrack(packet);
  if (!quiesced && conn.controlled != 0 && old) return Known::keep;
  return forget(core, conn, old);
}

// A packet has gone in: it counts for the connection, or for its template, and the synchronisation daemon may speak of
// it.
void note_passed(Core& core, Conn& conn) {
  const bool once = conn.has(conn_flag::one_packet);
  if (!once) conn.count_packet();
  if (core.syncing) {
    core.sync->passed(conn, once ? static_cast<std::uint32_t>(core.settings.sync_threshold[0]) : conn.in_packets);
  } else if (once && conn.control != nullptr) {
    conn.control->count_packet();
  }
}

// Kernel: ip_vs_in_hook().
HookResult ip_vs_in(void* self, Hook hook, PacketPtr& packet) {
  Core& core = *static_cast<Core*>(self);
  if (packet->ipvs_property) return HookResult::accept();
  if (packet->type != host::PacketType::host && hook != Hook::NF_INET_LOCAL_OUT) return HookResult::accept();
  if (core.asleep) return HookResult::accept();
  Header header;
  if (packet->ip().protocol() == IpProto::icmp) {
    bool related = true;
    header.size = packet->ip().header_size();
    const HookResult result = icmp_in(core, hook, packet, header, related);
    return related ? result : HookResult::accept();
  }
  const Protocol* const protocol = protocol_of(packet->ip().protocol());
  if (protocol == nullptr) {
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
    const Known known =
        protocol->renews(*packet, header) ? known_for_new(core, *conn, *protocol, *packet) : Known::keep;
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
    conn = try_to_schedule(core, packet, header, result);
    if (conn == nullptr) return result;
  }
  if (core.host.tracing()) {
    core.host.trace(Stage::ipvs_in, *packet, Verdict::accept, Drop::none,
                    {fresh ? WhyId::ipvs_scheduled : WhyId::ipvs_conn, {conn->daddr.value, conn->dport, 0, 0}},
                    "ip_vs_in", conn->flow());
  }
  count_in(core, *conn, packet->size());
  protocol->transition(core, *conn, Direction::input, *packet, header);
  const HookResult result = transmit(core, *conn, packet, header);
  note_passed(core, *conn);
  put_conn(core, *conn);
  return result;
}

// Kernel: handle_response().
HookResult handle_response(Core& core, Hook hook, PacketPtr& packet, Conn& conn, const Protocol& protocol,
                           const Header& header) {
  const bool masq = conn.method() == ForwardMethod::masq;
  if (masq) {
    Drop bad = Drop::none;
    if (!rewrite_reply(core, conn, *packet, header)) {
      bad = Drop::ipvs_bad_packet;
    } else if (!reroute_reply(core, hook, *packet)) {
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
  protocol.transition(core, conn, Direction::output, *packet, header);
  packet->ipvs_property = true;
  settle_conntrack(conn, *packet, Settle::reply);
  put_conn(core, conn);
  return HookResult::accept();
}

// A server's packet without a connection; nat_icmp_send lets it know.
HookResult refuse_server(Core& core, PacketPtr& packet, const Protocol& protocol, const Header& header) {
  if (core.settings.nat_icmp_send == 0 || header.transport == nullptr) return HookResult::accept();
  if (core.real_servers.find(header.protocol, header.src, header.sport) == nullptr) return HookResult::accept();
  if (protocol.aborts(*packet, header)) return HookResult::accept();
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
  const IpProto number = packet->ip().protocol();
  if (number == IpProto::icmp) {
    bool related = true;
    header.size = packet->ip().header_size();
    const HookResult result = icmp_out(core, hook, packet, header, related);
    return related ? result : HookResult::accept();
  }
  const Protocol* const protocol = protocol_of(number);
  if (protocol == nullptr) return HookResult::accept();
  if (packet->ip().is_fragment()) {
    packet = core.host.defragment(std::move(packet), fragment_user(hook));
    if (packet == nullptr) return HookResult::stolen();
  }
  if (!read_header(*packet, 0, header)) return HookResult::accept();
  const Tuple tuple{header.src, header.dst, header.sport, header.dport, static_cast<std::uint8_t>(number)};
  if (Conn* conn = core.conns.find_out(tuple)) return handle_response(core, hook, packet, *conn, *protocol, header);
  if (core.services.has_sip() && number == IpProto::udp && hook != Hook::NF_INET_LOCAL_IN) {
    if (Conn* conn = sip_conn_out(core, *packet, header)) {
      return handle_response(core, hook, packet, *conn, *protocol, header);
    }
  }
  return refuse_server(core, packet, *protocol, header);
}

// Kernel: ip_vs_forward_icmp(): errors for flows of fwmark services, which are addressed to anybody.
HookResult ip_vs_forward_icmp(void* self, Hook hook, PacketPtr& packet) {
  Core& core = *static_cast<Core*>(self);
  if (core.asleep || packet->ip().protocol() != IpProto::icmp) return HookResult::accept();
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

bool reroute_reply(Core& core, Hook hook, Packet& packet) {
  if (core.settings.snat_reroute == 0 || hook == Hook::NF_INET_LOCAL_IN) return true;
  return packet.route.type == host::RouteType::local || core.reply_routes.apply(core.host.fib, packet);
}

}  // namespace lvs::ipvs
