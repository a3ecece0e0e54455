// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/daemons.h"

#include "control/machine/registry.h"
#include "daemons/dnsmasq/command.h"
#include "daemons/keepalived/daemon/command.h"
#include "daemons/keepalived/genhash/command.h"
#include "daemons/ktcpvs/admin/command.h"
#include "daemons/named/command.h"
#include "daemons/nginx/daemon/command.h"

namespace lvs::daemons {
namespace {

constexpr control::CommandEntry kDaemons[] = {
    {"dnsmasq", dnsmasq::parse_dnsmasq,
     "name server, and one that keeps what others answer: its options, /etc/dnsmasq.conf; docs/names.md"},
    {"genhash", keepalived::parse_genhash, "the MD5 of a page, for HTTP_GET: -s -p -u -V -v -S -I -P -t"},
    {"keepalived", keepalived::parse_keepalived,
     "VRRP and health checks: -f -P -C -l -D -G -V -I -R -n -p -r -c -i -t -v -h --signum; docs/keepalived.md"},
    {"named", named::parse_named,
     "BIND, a name server with zones: -4 -c -f -n -p -u -v, /etc/bind/named.conf; docs/names.md"},
    {"named-checkconf", named::parse_checkconf, "what BIND says of a named.conf: [-z] [FILE]"},
    {"named-checkzone", named::parse_checkzone, "what BIND says of a zone file: [-q] ZONE FILE"},
    {"nginx", nginx::parse_nginx, "proxy and web server: -h -v -V -t -T -q -s -c -g; docs/nginx.md"},
    {"tcpvsadm", ktcpvs::parse_tcpvsadm,
     "KTCPVS, switching by content in the kernel: -A -E -D -F -a -e -d -L -f -h --add-rule --del-rule --start --stop; "
     "docs/ktcpvs.md"},
};

}  // namespace

void add_daemons() { control::add_commands(kDaemons); }

}  // namespace lvs::daemons
