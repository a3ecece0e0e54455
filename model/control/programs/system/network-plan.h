// SPDX-License-Identifier: GPL-2.0-or-later
// What ifup and ifdown do, as text for sh: made of the files that they read, /etc/sysconfig/network-scripts/ifcfg-* as
// Red Hat's scripts take them (initscripts), or /etc/network/interfaces as Debian's ifupdown 0.8.41 does.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvs::control {

struct NetworkFiles {
  std::function<std::optional<std::string>(const std::string& path)> read;
  std::function<std::vector<std::string>(const std::string& folder)> list;  // names
};

struct NetworkPlan {
  std::string script;
  std::string refused{};  // what of the files is not modelled; nothing of them is done then
};

// ifup or ifdown of these interfaces.
NetworkPlan plan_interfaces(const NetworkFiles& files, bool up, const std::vector<std::string>& names);
// All that come up by themselves: `ifup -a`, and the services network and networking.
NetworkPlan plan_all_interfaces(const NetworkFiles& files, bool up);

// The two families of files.
inline constexpr char kNetworkScripts[] = "/etc/sysconfig/network-scripts";
inline constexpr char kInterfacesFile[] = "/etc/network/interfaces";
bool has_network_scripts(const NetworkFiles& files);
NetworkPlan plan_network_scripts(const NetworkFiles& files, bool up, const std::vector<std::string>& names);
NetworkPlan plan_interfaces_file(const NetworkFiles& files, bool up, const std::vector<std::string>& names, bool all);

// Quoted for sh.
std::string shell_quoted(std::string_view text);

}  // namespace lvs::control
