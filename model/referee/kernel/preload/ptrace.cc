// SPDX-License-Identifier: GPL-2.0-or-later
// Preloaded into User Mode Linux: ptrace() with the whole extended state of the processor, of processes that end with
// it.
//
// User Mode Linux before 6.13 knows the extended state up to AVX-512 and PKRU, 2696 bytes (DEFINE_LONGS(HOST_FP_SIZE)
// in arch/x86/um/user-offsets.c). Where it is larger (AMX: 11008), the machine's kernel gives that much and no more,
// but takes back the whole only (xstateregs_set(): EFAULT), and the first process dies. So what User Mode Linux sets is
// laid over the state as it is. What lies beyond no process there has asked for: AMX wants a permission first.
//
// It reads that state whenever a process stops and sets it whenever one goes on. Most often nothing has changed it in
// between, and setting it, which is the dearer, is left out. Where the state is smaller than what it knows (no
// AVX-512), it gives more than there is: what lies beyond counts for nothing.
//
// Its processes are the machine's, and would run on there when the kernel that traces them is killed: they die with it.
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
constexpr long kOldSetOptions = 21;  // PTRACE_OLDSETOPTIONS of <linux/ptrace.h>, which the library's header lacks

// The state that was read last, of a process that has not run since; no process: 0.
struct LastRead {
  long pid = 0;
  std::size_t size = 0;
  alignas(64) char state[kLargest];
};
LastRead last_read;  // the kernel is one thread where it runs its processes

bool is_extended_state(long request, const void* address) {
  return (request == PTRACE_GETREGSET || request == PTRACE_SETREGSET) &&
         reinterpret_cast<long>(address) == NT_X86_XSTATE;
}

long read_state(long pid, iovec& into) {
  last_read.pid = 0;
  const long result = ::syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &into);
  if (result < 0 || into.iov_len > kLargest) return result;
  last_read.pid = pid;
  last_read.size = into.iov_len;
  std::memcpy(last_read.state, into.iov_base, into.iov_len);
  return result;
}

bool stands_already(long pid, const iovec& given) {
  return last_read.pid == pid && last_read.size <= given.iov_len &&
         std::memcmp(last_read.state, given.iov_base, last_read.size) == 0;
}

// Requests that leave that state alone and the process stopped.
bool changes_nothing(long request) {
  return request == PTRACE_GETREGS || request == PTRACE_SETREGS || request == PTRACE_PEEKTEXT ||
         request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER || request == PTRACE_POKETEXT ||
         request == PTRACE_POKEDATA || request == PTRACE_GETSIGINFO;
}

long set_over_whole(long pid, const iovec& given) {
  alignas(64) static char state[kLargest];
  iovec whole{state, sizeof state};
  if (::syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &whole) < 0) return -1;
  const std::size_t size = std::min(given.iov_len, whole.iov_len);
  if (std::memcmp(state, given.iov_base, size) == 0) return 0;
  std::memcpy(state, given.iov_base, size);
  return ::syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &whole);
}

}  // namespace

extern "C" long ptrace(__ptrace_request request, ...) noexcept {
  std::va_list rest;
  va_start(rest, request);
  const long pid = va_arg(rest, pid_t);
  void* const address = va_arg(rest, void*);
  void* data = va_arg(rest, void*);
  va_end(rest);
  if (is_extended_state(request, address)) {
    iovec& state = *static_cast<iovec*>(data);
    if (request == PTRACE_GETREGSET) return read_state(pid, state);
    if (stands_already(pid, state)) return 0;
    last_read.pid = 0;
    return set_over_whole(pid, state);
  }
  if (!changes_nothing(request) && pid == last_read.pid) last_read.pid = 0;
  if (request == PTRACE_SETOPTIONS || request == kOldSetOptions)
    data = reinterpret_cast<void*>(reinterpret_cast<long>(data) | PTRACE_O_EXITKILL);
  if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA && request != PTRACE_PEEKUSER)
    return ::syscall(SYS_ptrace, request, pid, address, data);
  // The system call stores the word, the library's function returns it.
  long word = 0;
  const long result = ::syscall(SYS_ptrace, request, pid, address, &word);
  if (result < 0) return result;
  errno = 0;
  return word;
}
