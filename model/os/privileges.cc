// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/privileges.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>

#include <charconv>
#include <stdexcept>

#include "os/fd.h"

namespace lvs::os {

void become_user(const std::string& user) {
  unsigned number = 0;
  const char* end = user.data() + user.size();
  const auto [at, error] = std::from_chars(user.data(), end, number);
  const bool numeric = error == std::errc{} && at == end;
  const passwd* entry = numeric ? ::getpwuid(number) : ::getpwnam(user.c_str());
  if (entry == nullptr && !numeric) throw std::runtime_error("there is no user '" + user + "'");
  const uid_t uid = numeric ? number : entry->pw_uid;
  const gid_t gid = entry != nullptr ? entry->pw_gid : number;
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

PidFile::PidFile(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  if (::access(path_.c_str(), F_OK) == 0) {
    pid_t old = 0;
    const std::string text = read_file(path_);
    std::from_chars(text.data(), text.data() + text.size(), old);
    if (old > 0 && old != ::getpid() && (::kill(old, 0) == 0 || errno == EPERM)) {
      std::string why = path_ + ": process " + std::to_string(old) + " runs";
      path_.clear();
      throw std::runtime_error(why);
    }
  }
  write_file(path_, std::to_string(::getpid()) + "\n");
  file_ = Fd(check(::open(path_.c_str(), O_WRONLY | O_CLOEXEC), path_));
}

PidFile::~PidFile() {
  if (path_.empty() || ::unlink(path_.c_str()) == 0) return;
  // Without the rights of the start the name stays; nobody's number is then in it.
  if (::ftruncate(file_.get(), 0) != 0) return;
}

}  // namespace lvs::os
