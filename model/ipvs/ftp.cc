// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/ftp.h"

namespace lvs::ipvs {

bool ftp_request(Core&, Conn&, Packet&, const Header&) { return true; }
bool ftp_reply(Core&, Conn&, Packet&, const Header&) { return true; }

}  // namespace lvs::ipvs
