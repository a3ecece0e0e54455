// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstdint>

#include "os/fd.h"

namespace lvs::os {
namespace {

// From linux/landlock.h of 6.12: Debian 12's headers know less than kernels that it runs on.
struct Ruleset {
  std::uint64_t files = 0, net = 0, scopes = 0;
};
struct [[gnu::packed]] Beneath {
  std::uint64_t allowed = 0;
  std::int32_t folder = -1;
};
constexpr unsigned kVersion = 1, kBeneath = 1;
constexpr std::uint64_t kExecute = 1 << 0, kWrite = 1 << 1, kRead = 1 << 2, kList = 1 << 3;
constexpr std::uint64_t kTruncate = 1 << 14, kDeviceControl = 1 << 15;
constexpr std::uint64_t kOfFiles = kExecute | kWrite | kRead | kTruncate | kDeviceControl;
constexpr std::uint64_t kReading = kExecute | kRead | kList;
constexpr std::uint64_t kTcp = 0b11, kAbstractSocketsAndSignals = 0b11;

// All rights over files that a version of the interface knows.
std::uint64_t known_rights(int version) {
  std::uint64_t bits = (1 << 13) - 1;
  if (version >= 2) bits |= 1 << 13;  // linking across folders
  if (version >= 3) bits |= kTruncate;
  if (version >= 5) bits |= kDeviceControl;
  return bits;
}

void allow(const Fd& rules, const std::string& path, std::uint64_t rights) {
  const Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status;
  if (!place || ::fstat(place.get(), &status) != 0) return;
  if (!S_ISDIR(status.st_mode)) rights &= kOfFiles;
  const Beneath rule{rights, place.get()};
  check(::syscall(SYS_landlock_add_rule, rules.get(), kBeneath, &rule, 0), path);
}

}  // namespace

int landlock_version() {
  return static_cast<int>(std::max(0L, ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersion)));
}

bool restrict_access(const FileAccess& access) {
  check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
  const int version = landlock_version();
  if (version < 1) return false;
  Ruleset handled;
  handled.files = known_rights(version);
  if (version >= 4) handled.net = kTcp;
  if (version >= 6) handled.scopes = kAbstractSocketsAndSignals;
  const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const Fd rules(static_cast<int>(check(::syscall(SYS_landlock_create_ruleset, &handled, size, 0), "landlock")));
  for (const std::string& path : access.read) allow(rules, path, kReading & handled.files);
  for (const std::string& path : access.write) allow(rules, path, handled.files);
  check(::syscall(SYS_landlock_restrict_self, rules.get(), 0), "landlock");
  return true;
}

}  // namespace lvs::os
