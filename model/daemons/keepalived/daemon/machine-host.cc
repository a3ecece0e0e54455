// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/machine-host.h"

#include <algorithm>

#include "control/machine/registry.h"
#include "control/machine/shell/pattern.h"
#include "control/machine/usual/program-path.h"
#include "control/names/hosts.h"

namespace lvs::keepalived {

bool is_command(std::string_view program) {
  // Shells, and what starts another program, are words of the model's shell.
  constexpr std::string_view kOfShell[] = {"bash", "dash", "env", "nice", "nohup", "sh", "timeout"};
  const auto entry = [&](std::string_view name) {
    if (std::ranges::find(kOfShell, name) != std::end(kOfShell)) return true;
    for (const control::CommandEntry& each : control::modelled_commands()) {
      if (each.name == name) return true;
    }
    return false;
  };
  const std::size_t slash = program.rfind('/');
  if (slash == std::string_view::npos) return entry(program);
  const std::string_view folder = program.substr(0, slash);
  return (folder == "/bin" || folder == "/sbin" || folder == "/usr/bin" || folder == "/usr/sbin") &&
         entry(program.substr(slash + 1));
}

std::optional<std::string> MachineHost::read(std::string_view path) const {
  auto file = machine_.files().read(path);
  if (file.error != control::FileError::none) return std::nullopt;
  return std::move(file.text);
}

std::vector<std::string> MachineHost::matches(const std::string& pattern) const {
  if (!control::is_pattern(pattern)) return ConfHost::matches(pattern);
  return control::matching_files(machine_.files(), "/root", pattern);
}

bool MachineHost::is_folder(std::string_view path) const {
  return machine_.files().status(path).kind == control::Files::Kind::folder;
}

bool MachineHost::can_be_conf(std::string_view path) const {
  const auto status = machine_.files().status(path);
  return status.kind == control::Files::Kind::file && !status.executable();
}

bool MachineHost::has_interface(std::string_view name) const { return machine_.host().device(name) != nullptr; }

unsigned MachineHost::mtu(std::string_view name) const {
  const host::Device* dev = machine_.host().device(name);
  return dev == nullptr ? 1500 : dev->mtu;
}

bool MachineHost::exists(std::string_view program) const {
  return is_command(program) || machine_.files().status(program).exists();
}

bool MachineHost::can_execute(std::string_view program) const {
  return is_command(program) || machine_.files().status(program).executable();
}

std::string MachineHost::path_of(std::string_view program) const { return control::program_path(program); }

std::optional<base::Ipv4Addr> MachineHost::address(std::string_view interface) const {
  const host::Device* dev = machine_.host().device(interface);
  if (dev == nullptr || dev->addresses.empty()) return std::nullopt;
  return dev->addresses.front().prefix.addr;
}

std::string MachineHost::local_name() const {
  const auto hosts = machine_.files().read("/etc/hosts");
  for (const control::HostsLine& line : control::read_hosts(hosts.text)) {
    if (std::ranges::find(line.names, machine_.host().name()) != line.names.end()) return line.names.front();
  }
  return ConfHost::local_name();
}

}  // namespace lvs::keepalived
