// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/privileges.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <stdexcept>

#include "base/input-file.h"
#include "base/numbers.h"
#include "os/fd.h"

namespace lvs::os {

void become_user(const std::string& user) {
  const auto number = base::number<unsigned>(user);
  const passwd* entry = number ? ::getpwuid(*number) : ::getpwnam(user.c_str());
  if (entry == nullptr && !number) throw std::runtime_error("there is no user '" + user + "'");
  const uid_t uid = number ? *number : entry->pw_uid;
  const gid_t gid = entry != nullptr ? entry->pw_gid : *number;
  if (::geteuid() == uid) return;
  const std::string what = "becoming user " + user;
  if (entry != nullptr) {
    check(::initgroups(entry->pw_name, gid), what);
  } else {
    check(::setgroups(0, nullptr), what);
  }
  check(::setresgid(gid, gid, gid), what);
  check(::setresuid(uid, uid, uid), what);
  check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), what);
  if (uid != 0 && ::setuid(0) == 0) throw std::runtime_error(what + ": root's rights came back");
}

namespace {

// One that has ended and that nobody has asked for its status does not.
bool runs(pid_t pid) {
  if (::kill(pid, 0) != 0 && errno != EPERM) return false;
  const auto stat = base::read_input("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name = stat ? stat->rfind(')') : std::string::npos;  // which may hold anything
  return name == std::string::npos || stat->compare(name + 1, 3, " Z ") != 0;
}

}  // namespace

PidFile::PidFile(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  try {
    replace_old();
    create();
  } catch (...) {
    path_.clear();  // not ours to remove
    throw;
  }
}

// A file of that name may be one of a process that is gone, and nothing else: no link, no device.
void PidFile::replace_old() {
  struct stat entry {};
  if (::lstat(path_.c_str(), &entry) != 0) return;
  if (!S_ISREG(entry.st_mode))
    throw std::runtime_error(path_ + ": is there already, and no ordinary file" +
                             (S_ISLNK(entry.st_mode) ? " but a link" : ""));
  constexpr std::size_t kLongest = 32;
  const auto text = base::read_input(path_, kLongest);
  std::string_view digits = text ? std::string_view(*text) : std::string_view();
  const auto number = base::take_number<pid_t>(digits);
  if (!number && (!text || !text->empty()))
    throw std::runtime_error(path_ + ": is there already, and holds no process number");
  const pid_t old = number.value_or(0);
  if (old > 0 && old != ::getpid() && runs(old))
    throw std::runtime_error(path_ + ": process " + std::to_string(old) + " runs");
  check(::unlink(path_.c_str()), path_);
}

void PidFile::create() {
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  file_ = Fd(check(::open(path_.c_str(), kNew, 0644), path_));
  const std::string text = std::to_string(::getpid()) + "\n";
  check(::write(file_.get(), text.data(), text.size()), path_);
}

PidFile::~PidFile() {
  if (path_.empty() || ::unlink(path_.c_str()) == 0) return;
  // Without the rights of the start the name stays; nobody's number is then in it.
  if (::ftruncate(file_.get(), 0) != 0) return;
}

}  // namespace lvs::os
