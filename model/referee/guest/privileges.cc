// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "os/fd.h"

namespace lvs::referee {
namespace {

// Without mounting, making devices, loading modules, tracing others, reaching files by handle, and everything that is
// the whole kernel's.
constexpr auto kKept =
    std::to_array<int>({CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID,
                        CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_NET_BROADCAST, CAP_NET_ADMIN, CAP_NET_RAW, CAP_IPC_LOCK,
                        CAP_IPC_OWNER, CAP_SYS_CHROOT, CAP_SYS_NICE});

}  // namespace

void limit_rights_of_children(bool kernel_log) {
  for (int each = 0; ::prctl(PR_CAPBSET_READ, each, 0, 0, 0) >= 0; ++each) {
    if (std::ranges::find(kKept, each) != kKept.end() || (kernel_log && each == CAP_SYSLOG)) continue;
    os::check(::prctl(PR_CAPBSET_DROP, each, 0, 0, 0), "capabilities");
  }
  os::check(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable");
  const rlimit none{0, 0};
  os::check(::setrlimit(RLIMIT_CORE, &none), "core");
}

}  // namespace lvs::referee
