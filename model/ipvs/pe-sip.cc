// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/pe-sip.h"

namespace lvs::ipvs {

bool sip_call_id(const Packet&, const Header&, std::string&) { return false; }
Conn* find_sip_template(Core&, const Tuple&, const std::string&) { return nullptr; }
Conn* sip_conn_out(Core&, Packet&, const Header&) { return nullptr; }

}  // namespace lvs::ipvs
