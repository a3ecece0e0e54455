// SPDX-License-Identifier: GPL-2.0-or-later
// What keepalived makes of a configuration once it has been read: defaults, and what does not go together (keepalived:
// vrrp_complete_init(), validate_check_config()).
#pragma once

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/host.h"
#include "daemons/keepalived/conf/report.h"

namespace lvs::keepalived {

// False: the VRRP child ends. On success every optional value of an instance that has a default is set.
// `detail`: keepalived -D.
bool complete_vrrp(Conf& conf, const ConfHost& host, ConfReport& report, bool detail);

// Afterwards every optional value of servers and checkers is set, and servers without use are gone.
void complete_check(Conf& conf, const ConfHost& host, ConfReport& report);

}  // namespace lvs::keepalived
