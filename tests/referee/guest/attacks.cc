// SPDX-License-Identifier: GPL-2.0-or-later
#include "attacks.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace lvs::referee {
namespace {

void say(const char* what, long result) {
  std::printf("%s: %s\n", what, result < 0 ? std::strerror(errno) : "DONE");
  std::fflush(stdout);
}

long write_to(const char* path, std::string_view text) {
  const int file = ::open(path, O_WRONLY);
  return file < 0 ? -1 : ::write(file, text.data(), text.size());
}

long open_by_handle(const char* path) {
  union {
    file_handle handle;
    char room[sizeof(file_handle) + MAX_HANDLE_SZ];
  };
  handle.handle_bytes = MAX_HANDLE_SZ;
  int mount_id = 0;
  if (::name_to_handle_at(AT_FDCWD, path, &handle, &mount_id, 0) < 0) return -1;
  return ::open_by_handle_at(::open("/", O_RDONLY), &handle, O_RDONLY);
}

long write_into_init() {
  char byte = 0;
  iovec here{&byte, 1}, there{reinterpret_cast<void*>(0x60000000), 1};
  return ::process_vm_writev(1, &here, 1, &there, 1, 0);
}

void mounts() {
  ::mkdir("/tmp/m", 0755);
  say("mount hostfs", ::mount("x", "/tmp/m", "hostfs", 0, "/"));
  say("mount tmpfs", ::mount("x", "/tmp/m", "tmpfs", 0, nullptr));
  say("mount proc", ::mount("x", "/tmp/m", "proc", 0, nullptr));
  say("mount devtmpfs", ::mount("x", "/tmp/m", "devtmpfs", 0, nullptr));
  say("remount /", ::mount(nullptr, "/", nullptr, MS_REMOUNT, nullptr));
  say("remount libraries", ::mount(nullptr, "/usr/lib/x86_64-linux-gnu", nullptr, MS_REMOUNT | MS_BIND, nullptr));
  say("umount /proc", ::umount2("/proc", MNT_DETACH));
  say("umount /lab", ::umount2("/lab", MNT_DETACH));
  say("write into /lab", ::open("/lab/lab.conf", O_WRONLY));
  say("make in /lab", ::open("/lab/new", O_WRONLY | O_CREAT, 0644));
  say("write a library", ::open("/usr/lib/x86_64-linux-gnu/libc.so.6", O_WRONLY));
  say("remove a library", ::unlink("/usr/lib/x86_64-linux-gnu/libc.so.6"));
  say("write a tool", ::open("/usr/lib/lvs/sbin/ip", O_WRONLY));
  say("own mounts", ::unshare(CLONE_NEWNS));
  say("own users", ::unshare(CLONE_NEWUSER));
  say("another's namespace", ::setns(::open("/proc/1/ns/mnt", O_RDONLY), 0));
}

void kernel() {
  say("memory device", ::mknod("/tmp/mem", S_IFCHR | 0600, makedev(1, 1)));
  say("disk device", ::mknod("/tmp/ubda", S_IFBLK | 0600, makedev(98, 0)));
  say("module", ::syscall(SYS_init_module, "", 0, ""));
  say("core_pattern", write_to("/proc/sys/kernel/core_pattern", "|/tmp/x"));
  say("modprobe", write_to("/proc/sys/kernel/modprobe", "/tmp/x"));
  say("hotplug", write_to("/sys/kernel/uevent_helper", "/tmp/x"));
  say("sysrq", write_to("/proc/sysrq-trigger", "o"));
  say("exit code", write_to("/proc/exitcode", "1"));
  say("reboot", ::syscall(SYS_reboot, 0xfee1dead, 672274793, 0x4321fedc, nullptr));
  const timeval long_ago{1, 0};
  say("clock", ::settimeofday(&long_ago, nullptr));
  say("host name", ::sethostname("x", 1));
  say("file by handle", open_by_handle("/usr/lib/x86_64-linux-gnu"));
  say("kernel memory", ::open("/proc/kcore", O_RDONLY));
  say("swap", ::syscall(SYS_swapon, "/tmp/x", 0));
}

void init() {
  say("trace init", ::ptrace(PTRACE_ATTACH, 1, nullptr, nullptr));
  say("write into init", write_into_init());
  say("init's memory", ::open("/proc/1/mem", O_RDWR));
  say("init's files", ::open("/proc/1/fd/3", O_RDWR));
  say("init's root", ::open("/proc/1/root/etc", O_RDONLY));
  say("init's environment", ::open("/proc/1/environ", O_RDONLY));
  ::kill(1, SIGKILL);  // of one's own init the kernel takes no such signal; the lab goes on
  ::kill(1, SIGSTOP);
}

void machine() {
  for (const char* path : {"/etc/shadow", "/home/x", "/root/.bashrc", "/boot", "/usr/bin/perl", "/usr/bin/mount",
                           "/usr/lib/uml", "/run/lvs", "/dev/mem", "/dev/kmsg", "/dev/console", "/dev/ttyS0"})
    say(path, ::open(path, O_RDONLY));
}

// Takes memory, and writes to it, until somebody puts an end to it.
void memory() {
  constexpr std::size_t kPiece = 1 << 20;
  for (;;) {
    void* const piece = std::malloc(kPiece);
    if (piece == nullptr) return;
    std::memset(piece, 1, kPiece);
  }
}

}  // namespace

std::optional<int> attacks_main(int argc, char** argv) {
  if (argc < 1 || !std::string_view(argv[0]).ends_with(kAttacks)) return {};
  if (argc > 1 && std::string_view(argv[1]) == "memory") {
    memory();
    return 0;
  }
  mounts();
  kernel();
  init();
  machine();
  return 0;
}

}  // namespace lvs::referee
