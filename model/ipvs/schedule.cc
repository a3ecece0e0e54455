// SPDX-License-Identifier: GPL-2.0-or-later
// A packet that belongs to no connection: may it open one, and where to (kernel: ip_vs_schedule(), ip_vs_leave(),
// tcp_conn_schedule(), udp_conn_schedule(), sctp_conn_schedule()).
#include "ipvs/proto/protocol.h"
#include "ipvs/sched/scheduler.h"
#include "ipvs/steps.h"
#include "ipvs/table/ports.h"
#include "ipvs/xmit/xmit.h"
#include "wire/icmp.h"

namespace lvs::ipvs {
namespace {

// Kernel: ip_vs_schedule().
Conn* schedule(Core& core, VirtualService& service, const Packet& packet, const Header& header, Outcome& outcome) {
  const Tuple tuple = header.request();
  outcome = Outcome::ignored;
  // Active FTP data comes from a real server; NAT has made its connection beforehand.
  if (tuple.from_port == kFtpDataPort) return nullptr;
  // Replies of a real server on this host are no requests.
  if (packet.in == nullptr || packet.in->is_loopback()) {
    if (core.conns.find_in(tuple.reversed()) != nullptr) return nullptr;
  }
  if (service.persistent()) return schedule_persistent(core, service, packet, header, outcome);
  outcome = Outcome::no_destination;
  // Found by way of FTP or of port 0, which only a persistent service can follow.
  if (service.key.fwmark == 0 && tuple.to_port != service.key.port) return nullptr;
  Destination* dest = ask_scheduler(core, service, packet, header);
  if (dest == nullptr) return nullptr;
  Conn* conn = new_conn(core, tuple, dest->addr, dest->port != 0 ? dest->port : tuple.to_port,
                        conn_flags_for(service, header.protocol), dest, packet.mark);
  outcome = Outcome::scheduled;
  count_conn(core, service, *conn);
  return conn;
}

// A cache cluster without caches: the packet goes where it was addressed to (kernel: the first half of ip_vs_leave()).
HookResult bypass(Core& core, const VirtualService& service, PacketPtr& packet, const Header& header) {
  Conn* conn = new_conn(core, header.request(), {}, 0,
                        static_cast<std::uint16_t>(static_cast<std::uint16_t>(ForwardMethod::bypass) |
                                                   conn_flags_for(service, header.protocol)),
                        nullptr, packet->mark);
  protocol_of(header.protocol)->transition(core, *conn, Direction::input, *packet, header);
  const HookResult result = transmit(core, *conn, packet, header);
  conn->count_packet();
  put_conn(core, *conn);
  return result;
}

// Kernel: ip_vs_leave().
HookResult leave(Core& core, const VirtualService& service, PacketPtr& packet, const Header& header) {
  if (core.settings.cache_bypass != 0 && service.key.fwmark != 0 && !header.inverse && !header.icmp &&
      core.host.fib.address_type(header.dst) == host::RouteType::unicast) {
    return bypass(core, service, packet, header);
  }
  const Tuple tuple = header.request();
  // What comes to other ports of an FTP service's address is none of its business.
  if (service.key.port == kFtpPort && tuple.to_port != kFtpPort) return HookResult::accept();
  if (header.icmp) return HookResult::dropped(Drop::ipvs_icmp_unwanted);
  if (core.host.tracing()) {
    core.host.trace(trace::Stage::ipvs_in, *packet, trace::Verdict::accept, Drop::none,
                    {trace::WhyId::ipvs_none_available, {tuple.to.value, tuple.to_port, 0, 0}}, "ip_vs_in");
  }
  core.host.icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::port_unreach);
  return HookResult::dropped(Drop::ipvs_no_destination);
}

// Who got the connection, what the scheduler says to it, and a line for each of the others.
trace::Phrases decision(const VirtualService& service, const Tuple& tuple, const Destination* dest,
                        const trace::Phrases& why) {
  using trace::WhyId;
  trace::Phrases said;
  if (dest == nullptr) {
    const trace::WhyWord name = trace::why_word(service.scheduler_name());
    said.push_back({WhyId::sched_none, {name.first, name.second, tuple.from.value, tuple.from_port}});
  } else {
    said.push_back({WhyId::sched_goes, {tuple.from.value, tuple.from_port, dest->addr.value, dest->port}});
    said.push_back(load_of(*dest));
    if (!why.empty()) said.push_back({WhyId::sched_because});
    said.insert(said.end(), why.begin(), why.end());
  }
  explain_losers(said, service, dest);
  return said;
}

}  // namespace

Destination* ask_scheduler(Core& core, VirtualService& service, const Packet& packet, const Header& header) {
  if (service.scheduler == nullptr) return nullptr;
  const Tuple tuple = header.request();
  trace::Phrases why;
  const Flow flow{.client = tuple.from,
                  .target = header.dst,
                  .client_port = tuple.from_port,
                  .now = core.host.now(),
                  .rng = &core.host.rng,
                  .settings = &core.settings,
                  .why = core.host.tracing() ? &why : nullptr};
  Destination* dest = service.scheduler->schedule(service, flow);
  if (core.host.tracing()) {
    core.host.journal("schedule", decision(service, tuple, dest, why), packet.walk);
  }
  return dest;
}

Conn* try_to_schedule(Core& core, PacketPtr& packet, const Header& header, HookResult& result) {
  result = HookResult::accept();
  // An ICMP quote has ports only.
  const Opening opening = header.icmp ? Opening::may_open : protocol_of(header.protocol)->opens(core, *packet, header);
  switch (opening) {
    case Opening::malformed: result = HookResult::dropped(Drop::ipvs_bad_packet); return nullptr;
    case Opening::not_an_opening:
      if (core.host.tracing()) {
        core.host.trace(trace::Stage::ipvs_in, *packet, trace::Verdict::accept, Drop::none,
                        {trace::WhyId::ipvs_not_syn, {}}, "ip_vs_in");
      }
      return nullptr;
    case Opening::may_open: break;
  }
  const Tuple tuple = header.request();
  VirtualService* service = core.services.find(packet->mark, header.protocol, tuple.to, tuple.to_port);
  if (service == nullptr) {
    if (core.host.tracing()) {
      core.host.trace(trace::Stage::ipvs_in, *packet, trace::Verdict::accept, Drop::none,
                      {trace::WhyId::ipvs_no_service, {tuple.to.value, tuple.to_port, 0, 0}}, "ip_vs_in");
    }
    return nullptr;
  }
  if (to_drop(core)) {
    result = HookResult::dropped(Drop::ipvs_drop_rate);
    return nullptr;
  }
  Outcome outcome = Outcome::ignored;
  Conn* conn = schedule(core, *service, *packet, header, outcome);
  if (conn != nullptr) return conn;
  if (outcome == Outcome::no_destination) result = leave(core, *service, packet, header);
  if (outcome == Outcome::failed) result = HookResult::dropped(Drop::ipvs_sip);
  return nullptr;
}

}  // namespace lvs::ipvs
