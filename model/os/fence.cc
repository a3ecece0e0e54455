// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/fence.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lvs::os {
namespace {

// Calls that an emulation at work never makes.
constexpr auto kForbidden = std::to_array<unsigned>({
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_kexec_file_load,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_open_by_handle_at,
});

constexpr unsigned kArchitecture =
#if defined(__x86_64__)
    AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    AUDIT_ARCH_AARCH64;
#else
    0;
#endif

constexpr sock_filter statement(unsigned code, unsigned value) {
  return {static_cast<std::uint16_t>(code), 0, 0, value};
}
constexpr sock_filter jump(unsigned code, unsigned value, std::uint8_t yes, std::uint8_t no) {
  return {static_cast<std::uint16_t>(code), yes, no, value};
}

std::vector<sock_filter> program() {
  constexpr unsigned kRefuse = SECCOMP_RET_ERRNO | EPERM;
  std::vector<sock_filter> code;
  // Calls of another architecture have other numbers.
  code.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
  code.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0));
  code.push_back(statement(BPF_RET | BPF_K, kRefuse));
  code.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const unsigned number : kForbidden) {
    code.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    code.push_back(statement(BPF_RET | BPF_K, kRefuse));
  }
#if defined(__x86_64__)
  constexpr unsigned kX32 = 0x40000000;  // the same calls by other numbers
  code.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, kX32, 0, 1));
  code.push_back(statement(BPF_RET | BPF_K, kRefuse));
#endif
  code.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  return code;
}

}  // namespace

bool raise_fence() {
  if (kArchitecture == 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  std::vector<sock_filter> code = program();
  const sock_fprog filter{static_cast<unsigned short>(code.size()), code.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

}  // namespace lvs::os
