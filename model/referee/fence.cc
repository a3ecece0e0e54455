// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/fence.h"

#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include "os/fd.h"
#include "os/privileges.h"
#include "os/process.h"

namespace lvs::referee {
namespace {

constexpr char kCommand[] = "__lvs-fence";
constexpr char kNobody[] = "nobody";
// The kinds of argument; each is followed by its value but the last, which the command follows.
constexpr std::string_view kRead = "r", kWrite = "w", kLargest = "l", kRun = "--";

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  os::check(::setrlimit(static_cast<__rlimit_resource>(resource), &both), "setrlimit");
}

[[noreturn]] void run_behind(char** arguments) {
  Fence fence;
  for (; *arguments != nullptr && *arguments != kRun; arguments += 2) {
    const std::string_view kind = arguments[0];
    if (arguments[1] == nullptr) throw std::runtime_error("a word is missing");
    if (kind == kRead) fence.files.read.emplace_back(arguments[1]);
    if (kind == kWrite) fence.files.write.emplace_back(arguments[1]);
    if (kind == kLargest) fence.largest_file = std::strtoull(arguments[1], nullptr, 10);
  }
  if (*arguments == nullptr || arguments[1] == nullptr) throw std::runtime_error("no command");
  ++arguments;
  if (::geteuid() == 0) os::become_user(kNobody);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, fence.largest_file);
  os::restrict_access(fence.files);  // where the kernel has no Landlock the rest of the fence holds
  // A kernel whose program was killed would run on for ever; TERM is how it ends its processes with it. Last, for a
  // change of user takes it away.
  const pid_t parent = ::getppid();
  os::check(::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0), "prctl");
  if (::getppid() != parent) ::_exit(1);
  // A program that another thread of our parent has just started still has the copy of the kernel open for writing,
  // until it is itself.
  constexpr int kAttempts = 200;
  for (int i = 0; i < kAttempts; ++i) {
    ::execv(arguments[0], arguments);
    if (errno != ETXTBSY) break;
    ::usleep(10'000);
  }
  throw std::runtime_error(std::string(arguments[0]) + ": " + std::strerror(errno));
}

}  // namespace

std::vector<std::string> fenced(const Fence& fence, const std::vector<std::string>& command) {
  std::vector<std::string> words{os::own_program(), kCommand, std::string(kLargest),
                                 std::to_string(fence.largest_file)};
  for (const std::string& path : fence.files.read) words.insert(words.end(), {std::string(kRead), path});
  for (const std::string& path : fence.files.write) words.insert(words.end(), {std::string(kWrite), path});
  words.emplace_back(kRun);
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

std::optional<int> fence_main(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != kCommand) return {};
  try {
    run_behind(argv + 2);
  } catch (const std::exception& e) {
    std::printf("the fence around User Mode Linux: %s\n", e.what());
    return 1;
  }
}

void give_to_nobody(const std::string& path) {
  if (::geteuid() != 0) return;
  const passwd* nobody = ::getpwnam(kNobody);
  if (nobody == nullptr) throw std::runtime_error("there is no user nobody, who runs User Mode Linux where root calls");
  os::check(::lchown(path.c_str(), nobody->pw_uid, nobody->pw_gid), path);
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(path))) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    os::check(::lchown(entry.path().c_str(), nobody->pw_uid, nobody->pw_gid), entry.path().string());
}

}  // namespace lvs::referee
