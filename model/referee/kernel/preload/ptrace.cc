// SPDX-License-Identifier: GPL-2.0-or-later
// Preloaded into User Mode Linux: ptrace() with the whole extended state of the processor.
//
// User Mode Linux before 6.13 knows the extended state up to AVX-512 and PKRU, 2696 bytes (DEFINE_LONGS(HOST_FP_SIZE)
// in arch/x86/um/user-offsets.c). Where it is larger (AMX: 11008), the machine's kernel gives that much and no more,
// but takes back the whole only (xstateregs_set(): EFAULT), and the first process dies. So what User Mode Linux sets is
// laid over the state as it is. What lies beyond no process there has asked for: AMX wants a permission first.
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstring>

namespace {

constexpr std::size_t kLargest = 64 << 10;

long set_over_whole(long pid, const iovec& given) {
  alignas(64) static char state[kLargest];  // the kernel is one thread where it runs its processes
  iovec whole{state, sizeof state};
  if (::syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &whole) < 0) return -1;
  std::memcpy(state, given.iov_base, std::min(given.iov_len, whole.iov_len));
  return ::syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &whole);
}

}  // namespace

extern "C" long ptrace(__ptrace_request request, ...) noexcept {
  std::va_list rest;
  va_start(rest, request);
  const long pid = va_arg(rest, pid_t);
  void* const address = va_arg(rest, void*);
  void* const data = va_arg(rest, void*);
  va_end(rest);
  if (request == PTRACE_SETREGSET && reinterpret_cast<long>(address) == NT_X86_XSTATE)
    return set_over_whole(pid, *static_cast<const iovec*>(data));
  if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA && request != PTRACE_PEEKUSER)
    return ::syscall(SYS_ptrace, request, pid, address, data);
  // The system call stores the word, the library's function returns it.
  long word = 0;
  const long result = ::syscall(SYS_ptrace, request, pid, address, &word);
  if (result < 0) return result;
  errno = 0;
  return word;
}
