// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/usual/program-path.h"

#include <algorithm>
#include <array>

#include "control/machine/registry.h"

namespace lvs::control {

std::string program_path(std::string_view name) {
  static constexpr auto kAdministrators = std::to_array<std::string_view>(
      {"arp",        "arptables",  "brctl",    "bridge",   "chkconfig", "conntrack",   "dnsmasq", "ethtool",
       "getenforce", "haproxy",    "httpd",    "ifconfig", "ifdown",    "ifup",        "ip",      "ipset",
       "lsmod",      "keepalived", "modprobe", "named",    "nginx",     "route",       "service", "sendmail",
       "setenforce", "sysctl",     "tc",       "tcpvsadm", "vconfig",   "update-rc.d", "rmmod",   "ufw"});
  const bool administrators = std::ranges::find(kAdministrators, name) != kAdministrators.end() ||
                              name.starts_with("iptables") || name.starts_with("ipvsadm") ||
                              name.starts_with("arptables-");
  return (administrators ? "/usr/sbin/" : "/usr/bin/") + std::string(name);
}

bool names_program(std::string_view path) {
  constexpr auto kFolders = std::to_array<std::string_view>({"/bin", "/sbin", "/usr/bin", "/usr/sbin"});
  const std::size_t slash = path.rfind('/');
  return slash != std::string_view::npos && std::ranges::find(kFolders, path.substr(0, slash)) != kFolders.end() &&
         (is_program_path(path) || is_modelled_command(path.substr(slash + 1)));
}

bool is_program_path(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string whole = (path.starts_with("/bin/") || path.starts_with("/sbin/") ? "/usr" : "") + std::string(path);
  constexpr auto kBefore =
      std::to_array<std::string_view>({"bash", "dash", "env", "nice", "nohup", "sh", "sudo", "timeout"});
  if (std::ranges::find(kBefore, name) != kBefore.end()) return whole == "/usr/bin/" + std::string(name);
  return is_modelled_command(name) && whole == program_path(name);
}

}  // namespace lvs::control
