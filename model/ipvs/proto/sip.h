// SPDX-License-Identifier: GPL-2.0-or-later
// Persistence by SIP Call-ID (kernel: ip_vs_pe_sip.c).
#pragma once

#include <string>

#include "ipvs/core/core.h"

namespace lvs::ipvs {

// The Call-ID of a SIP message over UDP, at most 255 bytes; false when there is none.
bool sip_call_id(const Packet& packet, const Header& header, std::string& call_id);
// The template of this call. `key` as for any template.
Conn* find_sip_template(Core& core, const Tuple& key, const std::string& call_id);
// A call that a server begins: the connection that makes it look like the service's (kernel: ip_vs_sip_conn_out()).
Conn* sip_conn_out(Core& core, Packet& packet, const Header& header);

}  // namespace lvs::ipvs
