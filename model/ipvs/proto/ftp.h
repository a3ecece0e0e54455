// SPDX-License-Identifier: GPL-2.0-or-later
// The helper for FTP through NAT (kernel: ip_vs_ftp.c, ip_vs_app.c): reads the commands and answers on port 21, makes
// connections for the data to come, and puts the virtual address into what is said about them.
#pragma once

#include "ipvs/core/core.h"

namespace lvs::ipvs {

// A segment of a control connection before its addresses are rewritten; false: it must be dropped.
bool ftp_request(Core& core, Conn& conn, Packet& packet, const Header& header);
bool ftp_reply(Core& core, Conn& conn, Packet& packet, const Header& header);

}  // namespace lvs::ipvs
