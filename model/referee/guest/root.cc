// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/root.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "control/machine/proc/inert-sysctls.h"
#include "os/fd.h"
#include "referee/guest/programs/services.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;

// Everything that a host may write is on one file system in memory; so much of it, and so many files.
constexpr char kRoom[] = "size=64m,nr_inodes=32k,mode=755";
constexpr char kToolsPlace[] = "/usr/lib/lvs";

void mount_on(const std::string& place, const char* type, unsigned long flags, const char* options = nullptr) {
  os::check(::mount(type, place.c_str(), type, flags, options), place);
}

void bind_mount(const std::string& from, const std::string& to, unsigned long flags = 0) {
  os::check(::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr), from);
  if (flags != 0) os::check(::mount(nullptr, to.c_str(), nullptr, MS_REMOUNT | MS_BIND | flags, nullptr), to);
}

void make_folders(const std::string& root) {
  for (const char* folder : {"/usr",
                             "/usr/bin",
                             "/usr/sbin",
                             "/usr/lib",
                             "/usr/lib/lvs",
                             "/usr/share",
                             "/usr/local",
                             "/usr/local/bin",
                             "/usr/local/sbin",
                             "/etc",
                             "/etc/default",
                             "/etc/keepalived",
                             "/etc/modprobe.d",
                             "/etc/network",
                             "/etc/sysconfig",
                             "/etc/sysconfig/network-scripts",
                             "/etc/sysctl.d",
                             "/var",
                             "/var/cache",
                             "/var/lib",
                             "/var/lib/nginx",
                             "/var/lib/haproxy",
                             "/var/log",
                             "/var/log/nginx",
                             "/var/www",
                             "/var/www/html",
                             "/run",
                             "/run/lock",
                             "/run/haproxy",
                             "/proc",
                             "/sys",
                             "/dev",
                             "/lab",
                             "/home",
                             "/mnt",
                             "/opt",
                             "/srv"})
    fs::create_directory(root + folder);
  for (const auto& [folder, mode] : {std::pair{"/tmp", 01777}, {"/var/tmp", 01777}, {"/root", 0700}}) {
    fs::create_directory(root + folder);
    os::check(::chmod((root + folder).c_str(), static_cast<mode_t>(mode)), folder);
  }
  for (const auto& [from, to] : {std::pair{"/bin", "usr/bin"},
                                 {"/sbin", "usr/sbin"},
                                 {"/lib", "usr/lib"},
                                 {"/var/run", "../run"},
                                 {"/var/lock", "../run/lock"}})
    fs::create_symlink(to, root + from);
}

// What programs load, and data that they come with.
void bind_libraries(const std::string& root) {
  for (const fs::directory_entry& entry : fs::directory_iterator("/usr/lib")) {
    const std::string name = entry.path().filename().string();
    if (name.find("-linux-gnu") == std::string::npos && name != "nginx" && !name.starts_with("python3")) continue;
    fs::create_directory(root + "/usr/lib/" + name);
    bind_mount(entry.path().string(), root + "/usr/lib/" + name);
  }
  for (const char* folder : {"/usr/lib64", "/usr/share/iproute2", "/usr/share/nginx"}) {
    if (!fs::is_directory(folder)) continue;
    fs::create_directory(root + folder);
    bind_mount(folder, root + folder);
  }
  if (fs::exists("/usr/lib64")) fs::create_symlink("usr/lib64", root + "/lib64");
}

void link_tools(const std::string& root) {
  for (const char* folder : {"/bin", "/sbin"})
    for (const fs::directory_entry& entry : fs::directory_iterator(root + kToolsPlace + folder)) {
      const std::string name = entry.path().filename().string();
      fs::create_symlink(std::string(kToolsPlace) + folder + "/" + name, root + "/usr" + folder + "/" + name);
    }
  for (const fs::directory_entry& entry : fs::directory_iterator(root + kToolsPlace + "/lib")) {
    const std::string name = entry.path().filename().string();
    fs::create_symlink(std::string(kToolsPlace) + "/lib/" + name, root + "/usr/lib/" + name);
  }
}

// Lays the files of one folder over another, links as links; what is there gives way.
void lay_over(const fs::path& from, const fs::path& to) {
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    const fs::path place = to / entry.path().filename();
    if (entry.is_directory() && !entry.is_symlink()) {
      if (fs::symlink_status(place).type() == fs::file_type::not_found) fs::create_directory(place, entry.path());
      lay_over(entry.path(), place);
      continue;
    }
    fs::remove(place);
    fs::copy(entry.path(), place, fs::copy_options::copy_symlinks);
  }
}

void make_devices(const std::string& root) {
  const std::string dev = root + "/dev";
  mount_on(dev, "tmpfs", MS_NOSUID | MS_NOEXEC, "size=1m,nr_inodes=1k,mode=755");
  struct Device {
    const char* name;
    unsigned major, minor;
  };
  for (const Device& device :
       {Device{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}}) {
    const std::string path = dev + "/" + device.name;
    os::check(::mknod(path.c_str(), S_IFCHR | 0666, makedev(device.major, device.minor)), path);
    os::check(::chmod(path.c_str(), 0666), path);
  }
  fs::create_symlink("/proc/self/fd", dev + "/fd");
  for (int i = 0; i < 3; ++i) {
    const char* const names[] = {"stdin", "stdout", "stderr"};
    fs::create_symlink("/proc/self/fd/" + std::to_string(i), dev + "/" + names[i]);
  }
  fs::create_directory(dev + "/shm");
  os::check(::chmod((dev + "/shm").c_str(), 01777), dev);
}

// Keys of a whole machine, which a network namespace has not, or which are not this host's to change: files that keep
// what is written, over those of the kernel or beside them.
void add_machine_sysctls(const std::string& proc, const std::string& spare) {
  const std::string sys = proc + "/sys/", net = sys + "net", kept = spare + "/net";
  fs::create_directory(kept);
  bind_mount(net, kept);
  mount_on(net, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m,nr_inodes=1k,mode=755");
  const auto keep = [&](const std::string& name) {
    const bool folder = fs::is_directory(kept + "/" + name);
    folder ? static_cast<void>(fs::create_directories(net + "/" + name)) : os::write_file(net + "/" + name, "");
    bind_mount(kept + "/" + name, net + "/" + name);
  };
  auto all = control::machine_sysctls();
  // Linux 6.12 shows some of the machine's keys in each namespace, for reading only.
  const auto of_machine = [&](const std::string& path) {
    return std::ranges::any_of(all, [&](const auto& each) { return each.path == path; });
  };
  for (const fs::directory_entry& entry : fs::directory_iterator(kept)) {
    const std::string name = entry.path().filename().string();
    if (name != "core") {
      keep(name);
      continue;
    }
    fs::create_directory(net + "/core");
    for (const fs::directory_entry& each : fs::directory_iterator(entry.path())) {
      const std::string key = "core/" + each.path().filename().string();
      if (!of_machine("net/" + key)) keep(key);
    }
  }
  const std::string files = spare + "/sys";
  fs::create_directory(files);
  mount_on(files, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m,nr_inodes=1k,mode=755");
  // A namespace shows them, and does not let them be written.
  for (const std::string_view path : {"net/netfilter/nf_conntrack_max", "net/netfilter/nf_conntrack_buckets"})
    all.push_back({path, "65536"});
  for (const auto& [path, value] : all) {
    const std::string place = sys + std::string(path);
    const std::string text = std::string(value) + "\n";
    if (path.starts_with("net/core/") || path.starts_with("net/bridge/")) {
      fs::create_directories(fs::path(place).parent_path());
      os::write_file(place, text);
    } else if (fs::exists(place)) {
      std::string own = files + "/" + std::string(path);
      std::ranges::replace(own.begin() + static_cast<std::ptrdiff_t>(files.size()) + 1, own.end(), '/', '.');
      os::write_file(own, text);
      bind_mount(own, place);
    }
  }
  for (const std::string& each : {files, kept}) {
    os::check(::umount2(each.c_str(), MNT_DETACH), each);
    fs::remove(each);
  }
}

// A sysctl outside net is the whole kernel's, and the programs that some name are run by it with all rights.
void mount_proc(const std::string& root) {
  const std::string proc = root + "/proc";
  constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  mount_on(proc, "proc", kPlain);
  for (const char* shared :
       {"/sys", "/sysrq-trigger", "/irq", "/bus", "/fs", "/exitcode", "/sysemu", "/driver", "/tty"})
    if (fs::exists(proc + shared)) bind_mount(proc + shared, proc + shared, MS_RDONLY | kPlain);
  bind_mount(proc + "/sys/net", proc + "/sys/net", kPlain);
  add_machine_sysctls(proc, root + "/tmp");
  // That of User Mode Linux has no cores, and the library of ps finds no time of boot then.
  const std::string processors = root + "/tmp/cpuinfo";
  os::write_file(processors, "processor\t: 0\nvendor_id\t: User Mode Linux\ncore id\t\t: 0\n\n");
  bind_mount(processors, proc + "/cpuinfo", MS_RDONLY | kPlain);
  fs::remove(processors);
  mount_on(root + "/sys", "sysfs", MS_RDONLY | kPlain);  // shows the network devices of this namespace
}

void change_root(const std::string& root) {
  os::check(::chdir(root.c_str()), root);
  os::check(::syscall(SYS_pivot_root, ".", "."), "pivot_root");  // the old root lies on the new one
  os::check(::umount2(".", MNT_DETACH), "umount");
  os::check(::chdir("/"), "/");
}

}  // namespace

void enter_host_root(const HostRoot& given) {
  const std::string& root = given.place;
  os::check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "/");
  mount_on(root, "tmpfs", MS_NOSUID | MS_NODEV, kRoom);
  make_folders(root);
  bind_libraries(root);
  os::check(::mount(given.tools.c_str(), (root + kToolsPlace).c_str(), nullptr, MS_MOVE, nullptr), given.tools);
  link_tools(root);
  if (fs::is_directory(given.files)) bind_mount(given.files, root + "/lab");
  make_devices(root);
  mount_proc(root);
  change_root(root);
  // From here on links lead nowhere else.
  lay_over(fs::path(kToolsPlace) / "etc", "/etc");
  os::write_file("/etc/hostname", given.host + "\n");
  os::write_file("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 " + given.host + "\n");
  write_init_scripts();
  if (const std::string own = "/lab/" + given.host; fs::is_directory(own)) lay_over(own, "/");
  if (const std::string shared = "/lab/shared"; fs::is_directory(shared)) {  // as in Kathará: what all hosts have
    fs::create_directory("/shared");
    lay_over(shared, "/shared");
  }
}

}  // namespace lvs::referee
