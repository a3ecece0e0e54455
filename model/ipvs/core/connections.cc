// SPDX-License-Identifier: GPL-2.0-or-later
// Birth, life and end of connection entries (kernel: ip_vs_conn.c).
#include <fmt/format.h>

#include "ipvs/core/core.h"
#include "ipvs/core/nfct.h"
#include "ipvs/table/ports.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint32_t kBirthTimeout = 3;        // seconds, until the first state change
constexpr std::uint32_t kControllerTimeout = 60;  // of an entry that others hang on
constexpr std::uint16_t kDeadTemplatePort = 0xffff;

void expire(Core& core, Conn& conn);

void on_conn_timer(base::Timer& timer) {
  Conn& conn = static_cast<Conn&>(timer);
  expire(*conn.owner, conn);
}

void start_timer(Core& core, Conn& conn) {
  const std::chrono::seconds length(conn.has(conn_flag::one_packet) ? 0 : conn.timeout);
  core.host.arm(conn, core.host.now() + length);
}

// Kernel: ip_vs_bind_dest().
void bind(Conn& conn, Destination* dest) {
  if (dest == nullptr) return;
  conn.dest = dest;
  ++dest->references;
  conn.set(static_cast<std::uint16_t>(dest->method));
  conn.set(conn_flag::inactive);
  if (dest->method != ForwardMethod::masq) conn.set(conn_flag::no_output);
  if (conn.has(conn_flag::template_)) {
    ++dest->persistent_conns;
  } else {
    ++dest->inactive_conns;
  }
  if (dest->upper_threshold != 0 && dest->total_conns() >= dest->upper_threshold) dest->overloaded = true;
}

// Kernel: ip_vs_unbind_dest().
void unbind(Conn& conn) {
  Destination* dest = conn.dest;
  if (dest == nullptr) return;
  if (conn.has(conn_flag::template_)) {
    --dest->persistent_conns;
  } else if (conn.has(conn_flag::inactive)) {
    --dest->inactive_conns;
  } else {
    --dest->active_conns;
  }
  const std::uint64_t total = dest->total_conns();
  if (dest->lower_threshold != 0) {
    if (total < dest->lower_threshold) dest->overloaded = false;
  } else if (dest->upper_threshold == 0 || total * 4 < std::uint64_t{dest->upper_threshold} * 3) {
    dest->overloaded = false;
  }
  --dest->references;
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
    start_timer(core, conn);
    return;
  }
  core.conns.unhash(conn);
  core.host.cancel(conn);
  if (core.host.tracing() && !conn.has(conn_flag::one_packet)) {
    core.host.journal("conn", fmt::format("{} {}:{} -> {}:{} to {}:{} expired in {}", protocol_name(conn.protocol),
                                          conn.caddr.text(), conn.cport, conn.vaddr.text(), conn.vport,
                                          conn.daddr.text(), conn.dport, state_name(conn)));
  }
  release_controller(core, conn);
  if (conn.has(conn_flag::keep_conntrack) && !conn.has(conn_flag::one_packet)) drop_conntrack(core, conn);
  unbind(conn);
  if (conn.has(conn_flag::no_client_port)) --core.conns.without_client_port;
  if (conn.has(conn_flag::has_extra)) core.extras.erase(&conn);
  core.conns.destroy(conn);
}

}  // namespace

Conn* new_conn(Core& core, const Tuple& tuple, base::Ipv4Addr daddr, std::uint16_t dport, std::uint16_t flags,
               Destination* dest) {
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
  if ((flags & conn_flag::no_client_port) != 0) ++core.conns.without_client_port;
  bind(*conn, dest);
  // Helpers work on NAT alone (kernel: tcp_app_conn_bind()).
  if (conn->protocol == static_cast<std::uint8_t>(IpProto::tcp) && conn->vport == kFtpPort &&
      conn->method() == ForwardMethod::masq && !conn->has(conn_flag::template_)) {
    conn->set(conn_flag::ftp);
  }
  if (core.settings.conntrack != 0) conn->set(conn_flag::keep_conntrack);
  if (!conn->has(conn_flag::one_packet)) core.conns.hash(*conn);
  if (core.host.tracing()) {
    core.host.journal(
        "conn", fmt::format("{} {}:{} -> {}:{} to {}:{} ({}) {}{}", protocol_name(conn->protocol), conn->caddr.text(),
                            conn->cport, conn->vaddr.text(), conn->vport, daddr.text(), dport, name_of(conn->method()),
                            conn->has(conn_flag::template_) ? "template" : "new", counters_text(*conn)));
  }
  return conn;
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

std::string counters_text(const Conn& conn) {
  if (conn.dest == nullptr) return {};
  return fmt::format("; {}:{} now ActiveConn {} InActConn {}", conn.dest->addr.text(), conn.dest->port,
                     conn.dest->active_conns, conn.dest->inactive_conns);
}

void journal_state(Core& core, const Conn& conn, std::uint8_t from, const Packet& packet) {
  const bool tcp = conn.protocol == static_cast<std::uint8_t>(IpProto::tcp);
  core.host.journal("conn",
                    fmt::format("{} {}:{} -> {}:{} to {}:{} {} -> {}{}", protocol_name(conn.protocol),
                                conn.caddr.text(), conn.cport, conn.vaddr.text(), conn.vport, conn.daddr.text(),
                                conn.dport, tcp ? tcp_state_name(from) : sctp_state_name(from),
                                tcp ? tcp_state_name(conn.state) : sctp_state_name(conn.state), counters_text(conn)),
                    packet.walk);
}

void assure_controller(Conn& conn) {
  Conn* controller = conn.control;
  if (controller != nullptr && controller->has(conn_flag::template_)) controller->set(conn_flag::assured);
}

}  // namespace lvs::ipvs
