// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/output-file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ranges>
#include <system_error>

namespace lvs::scenarios {

namespace fs = std::filesystem;

namespace {

std::string reason() { return std::strerror(errno); }

fs::path folder_of(const fs::path& name) { return name.has_parent_path() ? name.parent_path() : fs::path("."); }

// What links lead to: the link stays, and the file behind it is replaced.
fs::path behind_links(const std::string& name) {
  std::error_code error;
  const fs::path real = fs::is_symlink(name, error) ? fs::weakly_canonical(name, error) : fs::path();
  return error || real.empty() ? fs::path(name) : real;
}

// One for all names of a file, whether it is there or not.
fs::path full_name(const fs::path& name, std::error_code& error) {
  const fs::path whole = fs::absolute(name, error);
  return error ? fs::path() : fs::weakly_canonical(whole, error);
}

}  // namespace

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// A file without a name in the folder where it belongs (O_TMPFILE): however the program ends, nothing is left behind.
// File systems that have no such thing get one with a name.
struct OutputFiles::File {
  std::string name;  // as given
  fs::path target;
  int fd = -1;
  bool in_place = false;  // a device or a pipe
  std::string content{};  // to be written by commit(), behind what went through the descriptor
  fs::path temporary{};   // empty: it has no name

  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd >= 0) ::close(fd);
    if (!temporary.empty()) ::unlink(temporary.c_str());
  }

  std::string open_in_place() {
    in_place = true;
    // Nobody may read from this FIFO; but who reads may be slow.
    fd = ::open(target.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return errno == ENXIO ? "nobody reads from it" : reason();
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return {};
  }

  std::string open_new(mode_t mode) {
    const fs::path folder = folder_of(target);
    fd = ::open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return fd < 0 ? reason() : "";
    return open_named(mode);
  }

  std::string open_named(mode_t mode) {
    std::string pattern = target.string() + ".XXXXXX";
    fd = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (fd < 0) return reason();
    temporary = pattern;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return ::fchmod(fd, mode & ~mask) == 0 ? "" : reason();
  }

  // Gives it its name.
  bool publish() {
    if (in_place) return true;
    if (temporary.empty()) {
      const std::string self = fmt::format("/proc/self/fd/{}", fd);
      if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
      if (errno != EEXIST) return false;
      // A link cannot take the place of a file, a rename can.
      const fs::path between = folder_of(target) / fmt::format(".{}.{}", target.filename().string(), ::getpid());
      ::unlink(between.c_str());
      if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, between.c_str(), AT_SYMLINK_FOLLOW) != 0) return false;
      temporary = between;
    }
    if (::rename(temporary.c_str(), target.c_str()) != 0) return false;
    temporary.clear();
    return true;
  }
};

OutputFiles::OutputFiles() = default;

OutputFiles::~OutputFiles() {
  files_.clear();
  // Folders stay when there is something in them.
  for (const fs::path& folder : std::ranges::reverse_view(made_)) ::rmdir(folder.c_str());
}

void OutputFiles::reads(const std::string& name) {
  struct stat info {};
  if (::stat(name.c_str(), &info) == 0) read_.push_back({info.st_dev, info.st_ino});
}

void OutputFiles::beside(const std::string& name) {
  std::error_code error;
  if (!name.empty() && !fs::is_character_file(name, error)) beside_.push_back(full_name(name, error));
}

OutputFiles::File* OutputFiles::find(const std::string& name) const {
  const auto found = std::ranges::find_if(files_, [&](const auto& file) { return file->name == name; });
  return found == files_.end() ? nullptr : found->get();
}

std::string OutputFiles::already_taken(const std::string& name) const {
  struct stat info {};
  if (::stat(name.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
    const auto same = [&](const Identity& each) { return each.device == info.st_dev && each.node == info.st_ino; };
    if (std::ranges::any_of(read_, same)) return "is read as well, and would be lost";
  }
  std::error_code error;
  const fs::path target = full_name(name, error);
  constexpr const char* kTwice = "is the file of another output, too";
  if (!error && std::ranges::find(beside_, target) != beside_.end()) return kTwice;
  for (const auto& file : files_) {
    if (file->in_place) continue;
    if (file->name == name || (!error && target == full_name(file->target, error))) return kTwice;
  }
  return {};
}

std::string OutputFiles::open(const std::string& name) {
  if (name.empty()) return {};
  if (std::string why = already_taken(name); !why.empty()) return why;
  return add(name);
}

std::string OutputFiles::add(const std::string& name) {
  auto file = std::make_unique<File>();
  file->name = name;
  file->target = behind_links(name);
  struct stat info {};
  const bool exists = ::stat(name.c_str(), &info) == 0;
  std::string why;
  if (exists && S_ISDIR(info.st_mode)) {
    why = "is a directory";
  } else if (exists && !S_ISREG(info.st_mode)) {
    why = file->open_in_place();
  } else if (exists && ::access(name.c_str(), W_OK) != 0) {
    why = reason();
  } else {
    constexpr mode_t kUsual = 0666, kRights = 0777;
    why = file->open_new(exists ? info.st_mode & kRights : kUsual);
  }
  if (why.empty()) files_.push_back(std::move(file));
  return why;
}

std::string OutputFiles::open_folder(const std::string& folder) {
  if (folder.empty()) return {};
  fs::path missing = folder;
  std::vector<fs::path> wanted;
  struct stat info {};
  while (::stat(missing.c_str(), &info) != 0) {
    if (errno != ENOENT) return reason();
    wanted.push_back(missing);
    missing = folder_of(missing);
  }
  if (!S_ISDIR(info.st_mode)) return missing.string() + " is not a directory";
  for (const fs::path& each : std::ranges::reverse_view(wanted)) {
    if (::mkdir(each.c_str(), 0777) != 0) return reason();
    made_.push_back(each);
  }
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? std::string() : reason();
}

void OutputFiles::write(const std::string& name, std::string content) {
  File* const file = find(name);
  if (file == nullptr) return;
  file->content = std::move(content);
}

void OutputFiles::write(const fs::path& folder, const std::string& name, std::string content) {
  const std::string path = (folder / name).string();
  if (find(path) == nullptr) {
    if (const std::string why = open(path); !why.empty()) {
      if (failure_.empty()) failure_ = fmt::format("cannot write {}: {}", path, why);
      return;
    }
  }
  write(path, std::move(content));
}

int OutputFiles::descriptor(const std::string& name) const {
  const File* const file = find(name);
  return file == nullptr ? -1 : file->fd;
}

std::string OutputFiles::commit() {
  if (!failure_.empty()) return failure_;
  const auto failed = [](const File& file) { return fmt::format("cannot write {}: {}", file.name, reason()); };
  for (const auto& file : files_) {
    if (!write_all(file->fd, file->content)) return failed(*file);
    // Some file systems say only at the end that there was no room.
    if (const int last = ::dup(file->fd); last >= 0 && ::close(last) != 0) return failed(*file);
  }
  for (const auto& file : files_)
    if (!file->publish()) return failed(*file);
  files_.clear();
  made_.clear();
  return {};
}

}  // namespace lvs::scenarios
