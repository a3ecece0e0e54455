// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/usual/program-path.h"

#include <algorithm>
#include <array>

namespace lvs::control {

std::string program_path(std::string_view name) {
  static constexpr auto kAdministrators = std::to_array<std::string_view>(
      {"arp",        "arptables",  "brctl",    "bridge",   "chkconfig", "conntrack",  "dnsmasq", "ethtool",
       "getenforce", "haproxy",    "httpd",    "ifconfig", "ifdown",    "ifup",       "ip",      "ipset",
       "lsmod",      "keepalived", "modprobe", "named",    "nginx",     "route",      "service", "sendmail",
       "setenforce", "sysctl",     "tc",       "tcpvsadm", "vconfig",   "update-rc.d"});
  const bool administrators = std::ranges::find(kAdministrators, name) != kAdministrators.end() ||
                              name.starts_with("iptables") || name.starts_with("ipvsadm");
  return (administrators ? "/usr/sbin/" : "/usr/bin/") + std::string(name);
}

}  // namespace lvs::control
