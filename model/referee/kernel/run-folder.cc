// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/run-folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "os/fd.h"
#include "referee/fence.h"
#include "referee/kernel/machine-files.h"
#include "trace/pcapng/pcapng.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;

constexpr off_t kLargestResult = 128 << 20;
constexpr unsigned kUmlHz = 100;  // of every User Mode Linux (arch/um/Kconfig)

// The init script hides some of the machine's folders behind mounts of its own.
bool visible_inside(const std::string& path) {
  for (const char* hidden : {"/dev", "/proc", "/sys", "/run", "/var/run"})
    if (path == hidden || path.starts_with(std::string(hidden) + "/")) return false;
  return true;
}

// Where root calls, nobody must come there too.
std::string parent_folder() {
  for (const char* candidate : {static_cast<const char*>(std::getenv("TMPDIR")), "/tmp", "/var/tmp"})
    if (candidate && *candidate == '/' && visible_inside(candidate) && ::access(candidate, W_OK | X_OK) == 0 &&
        (::geteuid() != 0 || os::open_to_others(candidate)))
      return candidate;
  throw std::runtime_error("neither TMPDIR nor /tmp nor /var/tmp can be written");
}

// {0}: the run folder, {1}: the agent's hidden command, {2}: the mark of its lines.
// The modules that a lab's start state asks for are loaded before its namespaces are made; the rest load by themselves.
constexpr char kInit[] = R"sh(#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run || echo '{2}error mount failed'
echo '{0}/modprobe' >/proc/sys/kernel/modprobe
# What LOG and TRACE say in any namespace is in the kernel's log.
'{0}/modprobe' nf_log_syslog && echo 1 >/proc/sys/net/netfilter/nf_log_all_netns
# These two register with every namespace as they load, which waits for one that is being taken down, which waits for the
# IPVS command that asks for them: with other labs beside them they can hang for minutes.
'{0}/modprobe' -a ip_vs_lblc ip_vs_lblcr
# iptables and arptables would load their halves of the kernel by a program that no host can see.
if '{0}/modprobe' -a ip_vs ip_vs_ftp ipip veth bridge af_packet ip_tables arp_tables; then
  LD_LIBRARY_PATH='{0}/lib' '{0}/agent' {1} '{0}' || echo "{2}error the agent ended with status $?"
else
  echo "{2}error the modules of kernel $(uname -r) cannot be loaded"
fi
halt -d -f
)sh";

constexpr char kModprobe[] = "#!/bin/sh\nexec /sbin/modprobe -d '{}/modules' \"$@\"\n";

// What was made inside is read with care: a lab that took over the kernel could have made anything there.
std::string read_result(const os::Fd& folder, const std::string& name) {
  const os::Fd file(
      os::check(::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), name));
  struct stat status;
  os::check(::fstat(file.get(), &status), name);
  if (!S_ISREG(status.st_mode) || status.st_size > kLargestResult)
    throw std::runtime_error(name + ": is no result of a lab");
  return os::read_all(file, name);
}

std::vector<control::CapturedFrame> read_capture(const os::Fd& folder, const std::string& file,
                                                 const Results& results) {
  const std::string text = read_result(folder, file);
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

void read_draws(const std::string& text, const std::string& host, const Results& results, control::LabRun& run) {
  std::istringstream lines(text);
  control::LabDraw draw;
  draw.host = host;
  for (base::Time::rep at = 0, reachable = 0; lines >> at >> draw.interface >> reachable;) {
    draw.at = base::Time(at) - results.zero;
    draw.reachable = base::Time(reachable);
    run.draws.push_back(draw);
  }
}

void write_files(const std::vector<control::LabFile>& files, const std::string& folder) {
  fs::create_directory(folder);
  for (const control::LabFile& file : files) {
    const fs::path path = fs::path(folder) / file.path;
    fs::create_directories(path.parent_path());
    os::write_file(path.string(), file.text, file.mode);
  }
}

}  // namespace

RunFolder::RunFolder() : folder_(parent_folder() + "/lvs-referee-") {}

KernelImage RunFolder::fill(const std::string& program, const KernelImage& image, const Plan& plan,
                            std::span<const control::Lab> labs) const {
  copy_agent(program, path());
  make_etc(path());
  const KernelImage kernel = copy_kernel(image, path());
  os::write_file(init(), fmt::format(kInit, path(), kGuestCommand, kAgentMark), 0755);
  os::write_file(path() + "/modprobe", fmt::format(kModprobe, path()), 0755);
  os::write_file(path() + "/plan", plan.text());
  for (const std::string& folder : writable()) fs::create_directory(folder);
  for (std::size_t i = 0; i < labs.size(); ++i) {
    const std::string conf = lab_folder(path(), i) + "/conf";
    fs::create_directories(conf);
    for (const auto& [name, text] : control::write_lab(labs[i])) os::write_file(conf + "/" + name, text);
    if (labs[i].files) write_files(*labs[i].files, lab_folder(path(), i) + "/files");
  }
  give_to_nobody(path());
  return kernel;
}

bool RunFolder::has_results(std::size_t index) const {
  return fs::is_regular_file(fs::symlink_status(path() + "/results/" + result_name(index, "results")));
}

control::LabRun RunFolder::collect(std::size_t index, const control::Lab& lab) const {
  const std::string results_folder = path() + "/results";
  const os::Fd folder(
      os::check(::open(results_folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), results_folder));
  const Results results = Results::parse(read_result(folder, result_name(index, "results")));
  if (!results.error.empty()) throw std::runtime_error(results.error);
  control::LabRun run;
  run.lab = lab.name;
  run.epoch = results.zero;
  run.end = results.end - results.zero;
  run.start = results.start - results.zero;
  if (results.ticks) run.ticks.emplace(kUmlHz, *results.ticks);
  run.notices = results.notices;
  const auto add = [&](const std::string& host, const std::string& line) {
    const std::size_t n = run.commands.size();
    if (n == results.commands.size()) return;  // the run ended before this line
    run.commands.push_back({results.commands[n].at - results.zero, host, line, results.commands[n].status,
                            read_result(folder, result_name(index, fmt::format("out.{}", n))),
                            read_result(folder, result_name(index, fmt::format("err.{}", n)))});
  };
  for (const control::LabHost& host : lab.hosts)
    for (const control::LabLine& line : host.startup) add(host.name, line.text);
  for (const control::LabEvent& event : lab.timeline)
    if (const auto* command = std::get_if<control::LabCommand>(&event.what))
      add(lab.hosts[event.host].name, command->text);
  for (const control::LabHost& host : lab.hosts)
    for (const control::LabInterface& i : host.interfaces)
      run.captures.push_back(
          {host.name, i.name(), read_capture(folder, capture_name(index, host.name, i.name()), results)});
  if (run.ticks)
    for (const control::LabHost& host : lab.hosts)
      read_draws(read_result(folder, result_name(index, host.name + ".draws")), host.name, results, run);
  return run;
}

}  // namespace lvs::referee
