// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/event.h"

namespace lvs::trace {

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::wire_in: return "WIRE_IN";
    case Stage::pre_routing: return "PREROUTING";
    case Stage::routing: return "ROUTING";
    case Stage::local_in: return "INPUT";
    case Stage::forward: return "FORWARD";
    case Stage::local_out: return "OUTPUT";
    case Stage::post_routing: return "POSTROUTING";
    case Stage::ipvs_in: return "IPVS_IN";
    case Stage::ipvs_out: return "IPVS_OUT";
    case Stage::ipvs_xmit: return "IPVS_XMIT";
    case Stage::tunnel_in: return "TUNNEL_IN";
    case Stage::tunnel_out: return "TUNNEL_OUT";
    case Stage::socket: return "SOCKET";
    case Stage::neighbour: return "NEIGHBOUR";
    case Stage::arp_in: return "ARP_IN";
    case Stage::arp_out: return "ARP_OUT";
    case Stage::wire_out: return "WIRE_OUT";
  }
  return "UNKNOWN";
}

std::string_view text_of(Stage stage) {
  switch (stage) {
    case Stage::wire_in: return "netif_receive_skb: taken from the NIC";
    case Stage::pre_routing: return "NF_INET_PRE_ROUTING";
    case Stage::routing: return "ip_route_input, ip_route_output: the routing decision";
    case Stage::local_in: return "NF_INET_LOCAL_IN";
    case Stage::forward: return "NF_INET_FORWARD";
    case Stage::local_out: return "NF_INET_LOCAL_OUT";
    case Stage::post_routing: return "NF_INET_POST_ROUTING";
    case Stage::ipvs_in: return "ip_vs_in: a request meets IPVS";
    case Stage::ipvs_out: return "ip_vs_out: a reply meets IPVS";
    case Stage::ipvs_xmit: return "ip_vs_nat_xmit, ip_vs_dr_xmit, ip_vs_tunnel_xmit: IPVS sends it on";
    case Stage::tunnel_in: return "ipip_rcv: taken out of the tunnel";
    case Stage::tunnel_out: return "ipip_tunnel_xmit: put into the tunnel";
    case Stage::socket: return "ip_local_deliver_finish: to the transport protocol";
    case Stage::neighbour: return "neigh_resolve_output: the MAC address of the next hop";
    case Stage::arp_in: return "arp_rcv";
    case Stage::arp_out: return "arp_xmit";
    case Stage::wire_out: return "dev_queue_xmit: given to the NIC";
  }
  return "";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept: return "ACCEPT";
    case Verdict::drop: return "DROP";
    case Verdict::stolen: return "STOLEN";
    case Verdict::queue: return "QUEUE";
  }
  return "UNKNOWN";
}

}  // namespace lvs::trace
