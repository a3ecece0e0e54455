// SPDX-License-Identifier: GPL-2.0-or-later
// Persistent services: a template ties a client, or a network of clients, to its server (kernel:
// ip_vs_sched_persist()).
#include "ipvs/proto/sip.h"
#include "ipvs/steps.h"
#include "ipvs/table/ports.h"

namespace lvs::ipvs {
namespace {

// What a template is found by.
//   the service's own port, not FTP:  protocol, client net, 0, VIP, port
//   FTP, or a service on port 0:      protocol, client net, 0, VIP, 0
//   a fwmark service:                 0 ("IP"), client net, 0, the mark as an address, 0
Tuple template_key(const VirtualService& service, const Tuple& tuple) {
  Tuple key{{tuple.from.value & service.netmask}, tuple.to, 0, 0, tuple.protocol};
  if (tuple.to_port == service.key.port) {
    if (service.key.port != kFtpPort) key.to_port = tuple.to_port;
  } else if (service.key.fwmark != 0) {
    key.protocol = 0;
    key.to = {service.key.fwmark};
  }
  return key;
}

}  // namespace

Conn* schedule_persistent(Core& core, VirtualService& service, const Packet& packet, const Header& header,
                          Outcome& outcome) {
  const Tuple tuple = header.request();
  const Tuple key = template_key(service, tuple);
  const bool own_port = tuple.to_port == service.key.port;

  std::string call_id;
  if (service.pe_name == "sip" && !sip_call_id(packet, header, call_id)) {
    outcome = Outcome::failed;
    return nullptr;
  }
  Conn* found = call_id.empty() ? core.conns.find_template(key) : find_sip_template(core, key, call_id);

  Destination* dest;
  if (found != nullptr && check_template(core, *found)) {
    dest = found->dest;
  } else {
    dest = ask_scheduler(core, service, packet, header);
    if (dest == nullptr) {
      outcome = Outcome::no_destination;
      return nullptr;
    }
    const std::uint16_t dport = own_port && service.key.port != kFtpPort ? dest->port : std::uint16_t{0};
    found = new_conn(core, key, dest->addr, dport, conn_flag::template_, dest, packet.mark);
    found->timeout = service.timeout;
    if (!call_id.empty()) {
      ConnExtra& extra = core.extra(*found);
      extra.pe_name = service.pe_name;
      extra.pe_data = call_id;
    }
  }

  std::uint16_t dport = tuple.to_port;
  if (own_port && dest->port != 0) dport = dest->port;
  Conn* conn = new_conn(core, tuple, dest->addr, dport, conn_flags_for(service, header.protocol), dest, packet.mark);
  control(*conn, *found);
  put_conn(core, *found);
  outcome = Outcome::scheduled;
  count_conn(core, service, *conn);
  return conn;
}

}  // namespace lvs::ipvs
