// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/trace/tables.h"

#include <array>

#include "control/machine/line-run.h"
#include "control/machine/machine.h"

namespace lvs::control {
namespace {

constexpr auto kCommands = std::to_array<std::string_view>({
    "ipvsadm -Ln",
    "ipvsadm -Lnc",
    "ipvsadm -Ln --stats",
    "ip addr",
    "ip route",
    "ip rule",
    "ip neigh",
    "iptables-save",
    "arptables-save",
});

bool has_ipvs(const Machine& machine) {
  return !machine.ipvs().services().empty() || machine.ipvs().connection_count() != 0;
}

}  // namespace

// What decides about LVS, of the machine and of each of its interfaces.
std::string TraceTables::sysctl_command() const {
  std::string command = "sysctl net.ipv4.ip_forward";
  const auto conf = [&](const std::string& name) {
    for (const std::string_view key :
         {"arp_ignore", "arp_announce", "arp_filter", "proxy_arp", "rp_filter", "accept_local", "send_redirects"}) {
      command += " net.ipv4.conf." + name + '.' + std::string(key);
    }
  };
  conf("all");
  for (const auto& device : machine_.host().devices()) {
    if (device->kind() != host::DeviceKind::ipip || device->up) conf(device->name());
  }
  for (const std::string_view key : {"conn_reuse_mode", "expire_nodest_conn", "expire_quiescent_template",
                                     "nat_icmp_send", "sloppy_tcp", "snat_reroute"}) {
    command += " net.ipv4.vs." + std::string(key);
  }
  return command;
}

void TraceTables::prepare() {
  const auto parsed = [](std::string_view text) {
    auto line = parse_line(text);
    return line ? *line : ShellLinePtr{};
  };
  if (tables_.empty()) {
    for (const std::string_view command : kCommands) tables_.push_back({std::string(command), parsed(command), {}});
    tables_.push_back({"sysctl", {}, {}});
  }
  std::size_t devices = 0;
  for (const auto& device : machine_.host().devices()) devices = devices * 2 + (device->up ? 1 : 0) + 1;
  if (devices == devices_) return;
  devices_ = devices;
  tables_.back().line = parsed(sysctl_command());
}

std::size_t TraceTables::write() {
  prepare();
  std::size_t bytes = 0;
  for (Table& table : tables_) {
    if (table.line == nullptr) continue;
    // A machine that is no director has no tables of one.
    if (table.last.empty() && table.name.starts_with("ipvsadm") && !has_ipvs(machine_)) continue;
    LineRun run(machine_, table.line, {});
    run.begin();
    if (!run.finished() || run.status() != 0) continue;
    bytes += run.out().size();
    if (run.out() == table.last) continue;
    table.last = run.out();
    machine_.host().journal("table", table.name + '\n' + table.last);
  }
  return bytes;
}

}  // namespace lvs::control
