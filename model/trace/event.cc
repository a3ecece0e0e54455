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
