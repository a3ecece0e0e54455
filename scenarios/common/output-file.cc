// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/output-file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace lvs::scenarios {

OutputFiles::~OutputFiles() {
  for (const auto& [name, temporary] : temporary_) unlink(temporary.c_str());
}

std::string OutputFiles::open(const std::string& name) {
  if (name.empty() || temporary_.contains(name)) return {};
  struct stat info {};
  if (stat(name.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    if (S_ISDIR(info.st_mode)) return "is a directory";
    // A device or a pipe is written in place (/dev/stdout, /dev/null).
    return access(name.c_str(), W_OK) == 0 ? std::string() : std::strerror(errno);
  }
  if (stat(name.c_str(), &info) == 0 && access(name.c_str(), W_OK) != 0) return std::strerror(errno);
  std::string temporary = name + ".XXXXXX";
  const int fd = mkstemp(temporary.data());
  if (fd < 0) return std::strerror(errno);
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
  close(fd);
  temporary_[name] = temporary;
  return {};
}

void OutputFiles::write(const std::string& name, std::string content) {
  if (!name.empty()) content_[name] = std::move(content);
}

std::string OutputFiles::commit() {
  for (const auto& [name, content] : content_) {
    const auto at = temporary_.find(name);
    const std::string& target = at == temporary_.end() ? name : at->second;
    std::FILE* file = std::fopen(target.c_str(), "w");
    bool good = file != nullptr && std::fwrite(content.data(), 1, content.size(), file) == content.size();
    if (file != nullptr) good = std::fclose(file) == 0 && good;
    if (!good) return fmt::format("cannot write {}: {}", name, std::strerror(errno));
    if (at == temporary_.end()) continue;
    if (rename(target.c_str(), name.c_str()) != 0)
      return fmt::format("cannot write {}: {}", name, std::strerror(errno));
    temporary_.erase(at);
  }
  return {};
}

}  // namespace lvs::scenarios
