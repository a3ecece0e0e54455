// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/daemons.h"

#include "control/machine/registry.h"
#include "daemons/keepalived/daemon/command.h"

namespace lvs::daemons {
namespace {

constexpr control::CommandEntry kDaemons[] = {
    {"keepalived", keepalived::parse_keepalived,
     "VRRP and health checks: -f -P -C -l -D -G -V -I -R -n -p -r -c -i -t -v -h --signum; docs/keepalived.md"},
};

}  // namespace

void add_daemons() { control::add_commands(kDaemons); }

}  // namespace lvs::daemons
