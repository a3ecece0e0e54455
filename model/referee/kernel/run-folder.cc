// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/run-folder.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "os/fd.h"
#include "trace/pcapng/pcapng.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;

// The init script hides some of the machine's folders behind mounts of its own.
bool visible_inside(const std::string& path) {
  for (const char* hidden : {"/dev", "/proc", "/sys", "/run", "/var/run"})
    if (path == hidden || path.starts_with(std::string(hidden) + "/")) return false;
  return true;
}

std::string parent_folder() {
  for (const char* candidate : {static_cast<const char*>(std::getenv("TMPDIR")), "/tmp", "/var/tmp"})
    if (candidate && *candidate == '/' && visible_inside(candidate) && ::access(candidate, W_OK | X_OK) == 0)
      return candidate;
  throw std::runtime_error("neither TMPDIR nor /tmp nor /var/tmp can be written");
}

// {0}: the run folder, {1}: the agent, {2}: its hidden command, {3}: the mark of its lines, {4}: the folder of modules.
// The modules that a lab's start state asks for are loaded before its namespaces are made; the rest load by themselves.
constexpr char kInit[] = R"sh(#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run || echo '{3}error mount failed'
mkdir -p '{0}'/modules/lib/modules
ln -s "{4}/$(uname -r)" '{0}'/modules/lib/modules/
echo '{0}/modprobe' >/proc/sys/kernel/modprobe
# What LOG and TRACE say in any namespace is in the kernel's log.
'{0}/modprobe' nf_log_syslog && echo 1 >/proc/sys/net/netfilter/nf_log_all_netns
if '{0}/modprobe' -a ip_vs ip_vs_ftp ipip veth bridge af_packet; then
  '{1}' {2} '{0}' || echo "{3}error the agent ended with status $?"
else
  echo "{3}error the modules of kernel $(uname -r) cannot be loaded from {4}"
fi
halt -f
)sh";

constexpr char kModprobe[] = "#!/bin/sh\nexec /sbin/modprobe -d '{}/modules' \"$@\"\n";

// Tools whose usual variant here drives nf_tables, whose IPv4 family this kernel lacks.
constexpr const char* kLegacyTools[] = {"iptables",  "iptables-save",  "iptables-restore",
                                        "arptables", "arptables-save", "arptables-restore"};

void link_legacy_tools(const std::string& folder) {
  fs::create_directory(folder);
  for (const std::string tool : kLegacyTools) {
    const std::size_t dash = std::min(tool.find('-'), tool.size());
    const std::string legacy = "/usr/sbin/" + tool.substr(0, dash) + "-legacy" + tool.substr(dash);
    if (fs::exists(legacy)) fs::create_symlink(legacy, folder + "/" + tool);
  }
}

std::vector<control::CapturedFrame> read_capture(const std::string& file, const Results& results) {
  const std::string text = os::read_file(file);
  trace::pcapng::Reader reader({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  std::vector<control::CapturedFrame> frames;
  while (const auto block = reader.next()) {
    const auto* packet = std::get_if<trace::pcapng::Packet>(&*block);
    if (!packet || packet->at > results.end) continue;  // what came while the hosts of the lab were told to stop
    frames.push_back({packet->at - results.zero,
                      packet->direction == trace::pcapng::Direction::outbound,
                      {packet->bytes.begin(), packet->bytes.end()}});
  }
  if (!reader.error().empty() || reader.cut_off()) throw std::runtime_error(file + " is damaged");
  return frames;
}

}  // namespace

RunFolder::RunFolder() : path_(parent_folder() + "/lvs-referee-XXXXXX") {
  if (!::mkdtemp(path_.data())) os::check(-1, path_);
}

RunFolder::~RunFolder() {
  std::error_code ignored;  // a file left behind is no reason to fail a run that is over
  fs::remove_all(path_, ignored);
}

void RunFolder::fill(const std::string& program, const std::string& modules, const Plan& plan,
                     std::span<const control::Lab> labs) const {
  os::write_file(init(), fmt::format(kInit, path_, program, kGuestCommand, kAgentMark, modules), 0755);
  os::write_file(path_ + "/modprobe", fmt::format(kModprobe, path_), 0755);
  os::write_file(path_ + "/plan", plan.text());
  link_legacy_tools(path_ + "/bin");
  // Programs of ours that the guest finds beside those of Debian.
  for (const char* name : {"/bin/httpd", "/bin/service"}) fs::create_symlink(program, path_ + name);
  fs::create_directory(path_ + "/etc");
  os::write_file(path_ + "/etc/nsswitch.conf",
                 "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n");
  os::write_file(path_ + "/etc/hosts", "127.0.0.1 localhost\n");
  for (std::size_t i = 0; i < labs.size(); ++i) {
    const std::string conf = lab_folder(path_, i) + "/conf";
    fs::create_directories(conf);
    for (const auto& [name, text] : control::write_lab(labs[i])) os::write_file(conf + "/" + name, text);
  }
}

control::LabRun RunFolder::collect(std::size_t index, const control::Lab& lab) const {
  const std::string folder = lab_folder(path_, index);
  const Results results = Results::parse(os::read_file(folder + "/results"));
  if (!results.error.empty()) throw std::runtime_error(results.error);
  control::LabRun run;
  run.lab = lab.name;
  run.epoch = results.zero;
  run.end = results.end - results.zero;
  run.notices = results.notices;
  const auto add = [&](const std::string& host, const std::string& line) {
    const std::size_t n = run.commands.size();
    if (n == results.commands.size()) return;  // the run ended before this line
    run.commands.push_back({results.commands[n].at - results.zero, host, line, results.commands[n].status,
                            os::read_file(fmt::format("{}/out.{}", folder, n)),
                            os::read_file(fmt::format("{}/err.{}", folder, n))});
  };
  for (const control::LabHost& host : lab.hosts)
    for (const control::LabLine& line : host.startup) add(host.name, line.text);
  for (const control::LabEvent& event : lab.timeline)
    if (const auto* command = std::get_if<control::LabCommand>(&event.what))
      add(lab.hosts[event.host].name, command->text);
  for (const control::LabHost& host : lab.hosts)
    for (const control::LabInterface& i : host.interfaces)
      run.captures.push_back({host.name, i.name(), read_capture(capture_file(folder, host.name, i.name()), results)});
  return run;
}

}  // namespace lvs::referee
