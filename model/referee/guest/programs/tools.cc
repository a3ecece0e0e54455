// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/programs/tools.h"

#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "control/machine/registry.h"
#include "os/fd.h"
#include "referee/guest/programs/services.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;

// What runs lines, and daemons that labs start, whether a version of the model knows them or not.
constexpr auto kBesides = std::to_array<std::string_view>(
    {"sh", "dash", "bash", "keepalived", "nginx", "haproxy", "dnsmasq", "dig", "host", "named", "named-checkconf",
     "named-checkzone", "genhash", "getent", "env", "nice", "nohup", "timeout"});
// Waits between packets by asking for the time until it has come. In virtual time a clock that is read moves on by less
// than a microsecond: a second there takes minutes. It can sleep as well.
constexpr std::string_view kSpinner = "tcpreplay";
constexpr const char* kSleeps = "#!/bin/sh\nexec /usr/lib/lvs/own/tcpreplay --timer=nano \"$@\"\n";

// The program inside the kernel is these two as well.
constexpr auto kOurs = std::to_array<std::string_view>({"httpd", "service"});

struct Tool {
  std::string place;  // bin/NAME or sbin/NAME
  std::string file;
};

std::optional<Tool> find_tool(const std::string& name) {
  for (const std::string folder : {"sbin/", "bin/"}) {
    // Tools whose usual variant drives nf_tables, whose IPv4 family this kernel lacks: iptables-legacy-save for
    // iptables-save.
    const std::size_t dash = std::min(name.find('-'), name.size());
    for (const std::string& variant : {name.substr(0, dash) + "-legacy" + name.substr(dash), name}) {
      const std::string file = "/usr/" + folder + variant;
      if (::access(file.c_str(), X_OK) == 0) return Tool{folder + name, file};
    }
  }
  return {};
}

void bind_mount(const std::string& from, const std::string& to) {
  os::check(::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr), from);
}

void bind_file(const std::string& from, const std::string& to) {
  os::write_file(to, "");
  bind_mount(from, to);
}

// NAME in the folder is a script that runs the program itself, which stands in own/.
void bind_sleeper(const Tool& tool, const std::string& folder) {
  fs::create_directory(folder + "/own");
  bind_file(tool.file, folder + "/own/" + std::string(kSpinner));
  os::write_file(folder + "/" + tool.place, kSleeps, 0755);
}

void bind_folder(const std::string& from, const std::string& to) {
  fs::create_directory(to);
  if (fs::exists(from)) bind_mount(from, to);
}

}  // namespace

void mount_tools(const Plan& plan, const std::string& run_folder, const std::string& folder) {
  fs::create_directory(folder);
  os::check(::mount("tools", folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"), folder);
  for (const char* each : {"/bin", "/sbin"}) fs::create_directory(folder + each);
  std::vector<std::string> names;
  for (const control::CommandEntry& command : control::modelled_commands()) names.emplace_back(command.name);
  for (const std::string_view name : kBesides) names.emplace_back(name);
  if (plan.kernel_log) names.emplace_back("dmesg");
  std::vector<std::string> ours(kOurs.begin(), kOurs.end());
  for (const std::string_view word : service_words()) ours.emplace_back(word);
  for (const std::string& name : names) {
    if (std::ranges::find(ours, name) != ours.end()) continue;
    const auto tool = find_tool(name);
    if (!tool || fs::exists(folder + "/" + tool->place)) continue;
    if (name == kSpinner)
      bind_sleeper(*tool, folder);
    else
      bind_file(tool->file, folder + "/" + tool->place);
  }
  for (const std::string& name : ours)
    for (const char* place : {"/bin/", "/sbin/"}) bind_file(run_folder + "/agent", folder + place + name);
  bind_folder(run_folder + "/lib", folder + "/lib");
  bind_folder(run_folder + "/etc", folder + "/etc");
  os::check(::mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), folder);
}

}  // namespace lvs::referee
