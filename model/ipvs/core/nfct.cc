// SPDX-License-Identifier: GPL-2.0-or-later
// IPVS beside the connection tracker (kernel: ip_vs_nfct.c, ip_vs_notrack(), xt_ipvs.c). With net.ipv4.vs.conntrack=0
// its packets are not tracked; with 1 the tracker learns where NAT sends them, and forgets a connection with IPVS.
#include "ipvs/core/nfct.h"
#include "host/netfilter/conntrack.h"
#include "host/netfilter/xtables-rule.h"

namespace lvs::ipvs {

namespace {

using host::ConntrackEntry;
using host::CtDir;
using host::CtTuple;

// Kernel: ip_vs_update_conntrack(). The entry is not in the table yet: it will expect the real server's answers.
void update(const Conn& conn, Packet& packet, bool request) {
  ConntrackEntry* const entry = packet.conntrack.get();
  if (entry == nullptr || entry->has(host::ct_status::confirmed | host::ct_status::dying)) return;
  if (conn.method() != ForwardMethod::masq || conn.has(conn_flag::one_packet)) return;
  if (host::direction_of(packet.conntrack.info()) != CtDir::original) return;
  CtTuple& reply = entry->tuple(CtDir::reply);
  const bool ports = reply.protocol != static_cast<std::uint8_t>(IpProto::icmp);
  if (request) {
    reply.src = conn.daddr;
    if (ports) reply.sport = conn.dport;
  } else {
    reply.dst = conn.vaddr;
    if (ports) reply.dport = conn.vport;
  }
}

// Kernel: ipvs_mt().
bool matches(void* self, Packet& packet, const host::xt::Ipvs& asked) {
  using Ask = host::xt::Ipvs;
  Core& core = *static_cast<Core*>(self);
  const auto wrong = [&](Ask::Bit bit, bool is) {
    return (asked.asks & bit) != 0 && is == ((asked.invert & bit) != 0);
  };
  Header header;
  if (!read_header(packet, static_cast<std::uint32_t>(packet.network_offset()), header)) return false;
  if (wrong(Ask::protocol, static_cast<std::uint8_t>(header.protocol) == asked.vproto)) return false;
  // Read backwards: a request on its way to the real server has the addresses of a reply.
  const Conn* const conn = core.conns.find_out(
      {header.dst, header.src, header.dport, header.sport, static_cast<std::uint8_t>(header.protocol)});
  if (conn == nullptr) return false;
  if (wrong(Ask::port, conn->vport == asked.vport)) return false;
  if (wrong(Ask::control, conn->control != nullptr && conn->control->vport == asked.vportctl)) return false;
  if ((asked.asks & Ask::direction) != 0) {
    if (packet.conntrack.get() == nullptr) return false;
    const bool reply = host::direction_of(packet.conntrack.info()) == CtDir::reply;
    if (reply != ((asked.invert & Ask::direction) != 0)) return false;
  }
  constexpr ForwardMethod kMethods[] = {ForwardMethod::droute, ForwardMethod::ipip, ForwardMethod::masq};
  if (wrong(Ask::method, conn->method() == kMethods[static_cast<std::size_t>(asked.vmethod)])) return false;
  return !wrong(Ask::address, (conn->vaddr.value & asked.vmask) == asked.vaddr);
}

}  // namespace

void answer_matches(Core& core) { core.host.netfilter.set_ipvs(&matches, &core); }
void stop_answering(Core& core) { core.host.netfilter.set_ipvs(nullptr, nullptr); }

void tell_conntrack(const Conn& conn, Packet& packet, Settle how) {
  if (conn.has(conn_flag::keep_conntrack)) {
    if (how != Settle::pass) update(conn, packet, how == Settle::request);
  } else {
    packet.conntrack.set_untracked();
  }
}

HookResult leave_conntrack(Core& core, const Conn& conn, Packet& packet) {
  host::Conntrack* const tracker = core.host.tables.known_conntrack();
  if (tracker != nullptr && conn.has(conn_flag::keep_conntrack)) {
    const HookResult result = tracker->confirm(packet);
    if (result.verdict != host::Verdict::accept) return result;
  }
  packet.conntrack.reset();
  return HookResult::accept();
}

void drop_conntrack(Core& core, const Conn& conn) {
  host::Conntrack* const tracker = core.host.tables.known_conntrack();
  if (tracker == nullptr || conn.cport == 0) return;
  const auto found = tracker->find({conn.caddr, conn.vaddr, conn.cport, conn.vport, conn.protocol});
  if (found.entry != nullptr) tracker->kill(*found.entry);
}

bool uses_old_conntrack(const Packet& packet) {
  const ConntrackEntry* const entry = packet.conntrack.get();
  return entry != nullptr && entry->has(host::ct_status::confirmed);
}

}  // namespace lvs::ipvs
