// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/limits.h"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <cstdlib>
#include <filesystem>

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kProcesses = 1024;
constexpr unsigned kMemoryMiB = 512;
constexpr unsigned kOutputMiB = 64;
constexpr const char* kControllers[] = {"pids", "memory"};

// The number behind `key` in a file of "KEY NUMBER" lines; 0 if it is not there.
unsigned long count(const std::string& file, const std::string& key) {
  if (!fs::exists(file)) return 0;
  const std::string text = "\n" + os::read_file(file);
  const std::size_t at = text.find("\n" + key + " ");
  return at == std::string::npos ? 0 : std::strtoul(text.c_str() + at + key.size() + 2, nullptr, 10);
}

}  // namespace

void prepare_limits(const std::string& folder) {
  fs::create_directory(folder);
  if (::mount("groups", folder.c_str(), "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return;
  const std::string known = os::read_file(folder + "/cgroup.controllers");
  for (const std::string name : kControllers)
    if (known.find(name) != std::string::npos) os::write_existing(folder + "/cgroup.subtree_control", "+" + name);
}

LabLimits::LabLimits(const std::string& folder, const std::string& name, std::string output)
    : output_(std::move(output)) {
  fs::create_directory(output_);
  os::check(::mount("output", output_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                    fmt::format("size={}m,mode=700", kOutputMiB).c_str()),
            output_);
  if (!fs::exists(folder + "/cgroup.procs")) return;
  group_ = folder + "/" + name;
  fs::create_directory(group_);
  if (fs::exists(group_ + "/pids.max")) os::write_existing(group_ + "/pids.max", std::to_string(kProcesses));
  if (fs::exists(group_ + "/memory.max"))
    os::write_existing(group_ + "/memory.max", std::to_string(std::uint64_t{kMemoryMiB} << 20));
}

LabLimits::~LabLimits() {
  ::umount2(output_.c_str(), MNT_DETACH);
  std::error_code ignored;
  if (!group_.empty()) fs::remove(group_, ignored);
}

void LabLimits::enter() const {
  if (!group_.empty()) os::write_existing(group_ + "/cgroup.procs", "0");
}

std::string LabLimits::met() const {
  if (count(group_ + "/pids.events", "max") != 0)
    return fmt::format("the lab asked for more than {} processes at a time", kProcesses);
  if (count(group_ + "/memory.events", "oom_kill") != 0)
    return fmt::format("the lab asked for more than {} MiB of memory", kMemoryMiB);
  struct statvfs room;
  if (::statvfs(output_.c_str(), &room) == 0 && room.f_bavail == 0)
    return fmt::format("the lab's lines printed more than {} MiB", kOutputMiB);
  return {};
}

}  // namespace lvs::referee
