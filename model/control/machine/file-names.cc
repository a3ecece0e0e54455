// SPDX-License-Identifier: GPL-2.0-or-later
// Names of files: absolute ones, those that are not modelled, and the words for what went wrong.
#include <array>
#include <vector>

#include "control/machine/files.h"
#include "control/machine/path-parts.h"
#include "control/machine/proc-net.h"
#include "control/machine/proc-sys.h"
#include "control/machine/proc/modules.h"
#include "control/machine/proc/sys-net.h"
#include "control/machine/usual/usual-files.h"

namespace lvs::control {
std::string_view text_of(FileError error) {
  switch (error) {
    case FileError::none: return "Success";
    case FileError::no_entry: return "No such file or directory";
    case FileError::is_directory: return "Is a directory";
    case FileError::not_directory: return "Not a directory";
    case FileError::not_permitted: return "Operation not permitted";
    case FileError::denied: return "Permission denied";
    case FileError::invalid: return "Invalid argument";
    case FileError::exists: return "File exists";
    case FileError::not_empty: return "Directory not empty";
    case FileError::no_space: return "No space left on device";
    case FileError::read_only: return "Read-only file system";
    case FileError::busy: return "Device or resource busy";
    case FileError::loop: return "Too many levels of symbolic links";
  }
  return {};
}

std::string Files::absolute(std::string_view path, std::string_view folder) {
  std::vector<std::string_view> parts;
  const std::string whole = path.starts_with('/') ? std::string(path) : std::string(folder) + "/" + std::string(path);
  std::string_view rest = whole;
  for (std::string_view part = take_part(rest); !part.empty(); part = take_part(rest)) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  // Links on every system of today.
  if (parts.size() > 1 && parts[0] == "var" && parts[1] == "run") parts.erase(parts.begin());
  if (parts.size() > 1 && parts[0] == "var" && parts[1] == "lock") parts[0] = "run";
  // Red Hat's.
  if (parts.size() > 2 && parts[0] == "etc" && parts[1] == "rc.d" && parts[2] == "init.d")
    parts.erase(parts.begin() + 1);
  // Where Red Hat's nginx has its pages.
  if (parts.size() > 3 && parts[0] == "usr" && parts[1] == "share" && parts[2] == "nginx" && parts[3] == "html") {
    parts[0] = "var";
    parts[1] = "www";
    parts.erase(parts.begin() + 2);
  }
  std::string result;
  for (const std::string_view part : parts) result.append("/").append(part);
  return result.empty() ? "/" : result;
}

std::optional<std::string> Files::unmodelled(std::string_view path) {
  const std::string name = absolute(path, "/root");
  // What bash takes for connections is no file, and is not there for others.
  if (name.starts_with("/dev/tcp/")) return std::nullopt;
  if (name == "/dev/null" || is_module_file(name) || name == kLsbFunctions) return std::nullopt;
  if (const auto key = below(name, "/proc/sys/")) return unmodelled_sysctl(*key);
  if (name.starts_with("/proc/net/xt_recent")) return std::nullopt;
  if (const auto file = below(name, "/proc/net/")) return unmodelled_proc_net(*file);
  if (name == "/sys/class/net") return std::nullopt;
  if (const auto file = below(name, "/sys/class/net/")) return unmodelled_sys_net(*file);
  // What every real system has there, the model has not: it would answer otherwise.
  static constexpr auto kTheirs = std::to_array<std::string_view>(
      {"/bin",        "/boot",      "/dev",        "/lib",          "/lib64",         "/proc",
       "/sbin",       "/sys",       "/usr/bin",    "/usr/lib",      "/usr/sbin",      "/usr/share",
       "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/services", "/etc/protocols", "/etc/nsswitch.conf",
       "/etc/fstab",  "/etc/mtab",  "/etc/profile"});
  for (const std::string_view theirs : kTheirs) {
    if (name.starts_with(theirs) && (name.size() == theirs.size() || name[theirs.size()] == '/'))
      return "this file is not modelled; nor are those of /bin, /sbin, /lib, /usr/bin, /sys, /dev and the rest of "
             "/proc";
  }
  return std::nullopt;
}

}  // namespace lvs::control
