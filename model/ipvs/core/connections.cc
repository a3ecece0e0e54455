// SPDX-License-Identifier: GPL-2.0-or-later
// Birth, life and end of connection entries (kernel: ip_vs_conn.c).
#include "ipvs/core/core.h"
#include "ipvs/core/nfct.h"
#include "ipvs/core/overload.h"
#include "ipvs/table/ports.h"

namespace lvs::ipvs {
namespace {

using trace::WhyId;

constexpr std::uint32_t kBirthTimeout = 3;        // seconds, until the first state change
constexpr std::uint32_t kControllerTimeout = 60;  // of an entry that others hang on
constexpr std::uint16_t kDeadTemplatePort = 0xffff;

// "TCP 10.0.0.1:4000 -> 10.0.0.100:80 to 192.168.0.1:80"
trace::Phrases named(const Conn& conn) {
  const trace::WhyWord protocol = trace::why_word(protocol_name(conn.protocol));
  return {{WhyId::conn_from, {protocol.first, protocol.second, conn.caddr.value, conn.cport}},
          {WhyId::conn_to, {conn.vaddr.value, conn.vport, conn.daddr.value, conn.dport}}};
}

// "; 10.0.0.11:80 now ActiveConn 1 InActConn 0"
void say_counters(trace::Phrases& to, const Conn& conn) {
  if (conn.dest == nullptr) return;
  const Destination& dest = *conn.dest;
  to.push_back({WhyId::conn_counters, {dest.addr.value, dest.port, dest.active_conns, dest.inactive_conns}});
}

void expire(Core& core, Conn& conn);

void on_conn_timer(base::Timer& timer) {
  Conn& conn = static_cast<Conn&>(timer);
  expire(*conn.owner, conn);
}

void start_timer(Core& core, Conn& conn) {
  // Without ticks a timer that is only put off counts as armed when its old time comes. Of a template and a connection
  // that run equally long from one packet on, the connection has to be the later one: it ends first, and the template
  // with it. On ticks the wheel has the kernel's order.
  if (conn.has(conn_flag::template_) && !core.host.ticks()) core.host.cancel(conn);
  const std::chrono::seconds length(conn.has(conn_flag::one_packet) ? 0 : conn.timeout);
  core.host.arm(conn, core.host.now() + length);
}

// Kernel: ip_vs_bind_dest().
void bind(Core& core, Conn& conn, Destination* dest) {
  if (dest == nullptr) return;
  conn.dest = dest;
  ++dest->references;
  const bool is_template = conn.has(conn_flag::template_);
  // What was learnt keeps its activity, and takes the method from the destination that it has here.
  if (conn.has(conn_flag::synced)) conn.clear(conn_flag::method_mask | conn_flag::no_output);
  conn.set(static_cast<std::uint16_t>(dest->method));
  if (!conn.has(conn_flag::synced) || is_template) conn.set(conn_flag::inactive);
  if (dest->method != ForwardMethod::masq) conn.set(conn_flag::no_output);
  if (is_template) {
    ++dest->persistent_conns;
  } else if (conn.has(conn_flag::inactive)) {
    ++dest->inactive_conns;
  } else {
    ++dest->active_conns;
  }
  overload_after_bind(core.host.kernel(), *dest, is_template);
}

// Kernel: ip_vs_unbind_dest().
void unbind(Core& core, Conn& conn) {
  Destination* dest = conn.dest;
  if (dest == nullptr) return;
  if (conn.has(conn_flag::template_)) {
    --dest->persistent_conns;
  } else if (conn.has(conn_flag::inactive)) {
    --dest->inactive_conns;
  } else {
    --dest->active_conns;
  }
  overload_after_unbind(core.host.kernel(), *dest, conn.has(conn_flag::template_));
  --dest->references;
}

// Helpers work on NAT alone (kernel: tcp_app_conn_bind()).
void bind_helper(Conn& conn) {
  if (conn.protocol == static_cast<std::uint8_t>(IpProto::tcp) && conn.vport == kFtpPort &&
      conn.method() == ForwardMethod::masq && !conn.has(conn_flag::template_)) {
    conn.set(conn_flag::ftp);
  }
}

void release_controller(Core& core, Conn& conn) {
  Conn* controller = conn.control;
  if (controller == nullptr) return;
  conn.control = nullptr;
  --controller->controlled;
  // Dropped on purpose: the chain goes too, except a template that has proved useful.
  if (conn.timeout == 0 && controller->controlled == 0 &&
      !(controller->has(conn_flag::template_) && controller->has(conn_flag::assured))) {
    delete_conn(core, *controller);
  }
}

// Kernel: ip_vs_conn_expire().
void expire(Core& core, Conn& conn) {
  if (conn.controlled != 0) {
    conn.timeout = kControllerTimeout;
    if (core.syncing) core.sync->prolonged(conn);
    start_timer(core, conn);
    return;
  }
  core.conns.unhash(conn);
  core.host.cancel(conn);
  if (core.host.tracing() && !conn.has(conn_flag::one_packet)) {
    trace::Phrases said = named(conn);
    const trace::WhyWord state = trace::why_word(state_name(conn));
    said.push_back({WhyId::conn_expired, {state.first, state.second}});
    core.host.journal("conn", said);
  }
  release_controller(core, conn);
  if (conn.has(conn_flag::keep_conntrack) && !conn.has(conn_flag::one_packet)) drop_conntrack(core, conn);
  unbind(core, conn);
  if (conn.has(conn_flag::no_client_port)) --core.conns.without_client_port;
  if (conn.has(conn_flag::has_extra)) core.extras.erase(&conn);
  core.conns.destroy(conn);
}

}  // namespace

Conn* new_conn(Core& core, const Tuple& tuple, base::Ipv4Addr daddr, std::uint16_t dport, std::uint16_t flags,
               Destination* dest, std::uint32_t mark) {
  Conn* conn = core.conns.create(&on_conn_timer, &core);
  conn->caddr = tuple.from;
  conn->vaddr = tuple.to;
  conn->cport = tuple.from_port;
  conn->vport = tuple.to_port;
  conn->protocol = tuple.protocol;
  conn->daddr = daddr;
  conn->dport = dport;
  conn->flags = flags;
  conn->timeout = kBirthTimeout;
  conn->mark = mark;
  if (core.sync != nullptr) core.sync->born(*conn);
  if ((flags & conn_flag::no_client_port) != 0) ++core.conns.without_client_port;
  bind(core, *conn, dest);
  bind_helper(*conn);
  // Kernel: ip_vs_ftp_init_conn(): the helper works on what the tracker knows.
  if (core.settings.conntrack != 0 || conn->has(conn_flag::ftp)) conn->set(conn_flag::keep_conntrack);
  if (!conn->has(conn_flag::one_packet)) core.conns.hash(*conn);
  if (core.host.tracing()) {
    trace::Phrases said = named(*conn);
    const trace::WhyWord method = trace::why_word(name_of(conn->method()));
    said.push_back(
        {conn->has(conn_flag::template_) ? WhyId::conn_template : WhyId::conn_new, {method.first, method.second}});
    say_counters(said, *conn);
    core.host.journal("conn", said);
  }
  return conn;
}

void bind_late(Core& core, Conn& conn, Destination& dest) {
  conn.clear(conn_flag::ftp);
  bind(core, conn, &dest);
  bind_helper(conn);
  if (!core.host.tracing()) return;
  trace::Phrases said = named(conn);
  say_counters(said, conn);
  core.host.journal("conn", said);
}

void put_conn(Core& core, Conn& conn) {
  if (conn.has(conn_flag::one_packet) && !conn.armed()) {
    expire(core, conn);
  } else {
    start_timer(core, conn);
  }
}

void expire_conn_now(Core& core, Conn& conn) {
  if (conn.armed() && conn.deadline() > core.host.now()) core.host.arm(conn, core.host.now());
}

void delete_conn(Core& core, Conn& conn) {
  if (!conn.armed()) return;
  core.host.cancel(conn);
  if (conn.control != nullptr) conn.timeout = 0;
  expire(core, conn);
}

void control(Conn& conn, Conn& controller) {
  if (conn.control != nullptr) --conn.control->controlled;
  conn.control = &controller;
  ++controller.controlled;
}

bool check_template(Core& core, Conn& conn, const Destination* wanted) {
  const Destination* dest = conn.dest;
  if (dest != nullptr && dest->available && !(core.settings.expire_quiescent_template != 0 && dest->weight == 0) &&
      (wanted == nullptr || wanted == dest)) {
    return true;
  }
  if (conn.vport != kDeadTemplatePort) {
    core.conns.unhash(conn);
    conn.dport = conn.vport = kDeadTemplatePort;
    conn.cport = 0;
    core.conns.hash(conn);
  }
  return false;
}

void fill_client_port(Core& core, Conn& conn, std::uint16_t port) {
  core.conns.unhash(conn);
  if (conn.has(conn_flag::no_client_port)) {
    --core.conns.without_client_port;
    conn.clear(conn_flag::no_client_port);
    conn.cport = port;
  }
  core.conns.hash(conn);
}

std::uint16_t conn_flags_for(const VirtualService& service, IpProto protocol) {
  return service.one_packet() && protocol == IpProto::udp ? conn_flag::one_packet : std::uint16_t{0};
}

void count_conn(Core& core, VirtualService& service, Conn& conn) {
  ++conn.dest->stats.live.conns;
  ++service.stats.live.conns;
  ++core.total.live.conns;
}

void journal_state(Core& core, const Conn& conn, std::uint8_t from, const Packet& packet) {
  const bool tcp = conn.protocol == static_cast<std::uint8_t>(IpProto::tcp);
  const auto name = [&](std::uint8_t state) {
    return trace::why_word(tcp ? tcp_state_name(state) : sctp_state_name(state));
  };
  const trace::WhyWord before = name(from), now = name(conn.state);
  trace::Phrases said = named(conn);
  said.push_back({WhyId::conn_state, {before.first, before.second, now.first, now.second}});
  say_counters(said, conn);
  core.host.journal("conn", said, packet.walk);
}

void assure_controller(Conn& conn) {
  Conn* controller = conn.control;
  if (controller != nullptr && controller->has(conn_flag::template_)) controller->set(conn_flag::assured);
}

}  // namespace lvs::ipvs
