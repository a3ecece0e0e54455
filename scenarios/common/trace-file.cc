// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/trace-file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace lvs::scenarios {

TraceFile::~TraceFile() { close(); }

std::string TraceFile::open(const std::string& name) {
  if (name.empty()) return {};
  name_ = name;
  fd_ = name == "-" ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                    : ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return fd_ < 0 ? fmt::format("cannot write {}: {}", name, std::strerror(errno)) : std::string();
}

std::string TraceFile::open_temporary(const std::string& program) {
  constexpr std::string_view kEnding = ".pcapng";
  const char* folder = std::getenv("TMPDIR");
  name_ = fmt::format("{}/{}-XXXXXX{}", folder == nullptr || *folder == '\0' ? "/tmp" : folder, program, kEnding);
  fd_ = mkostemps(name_.data(), static_cast<int>(kEnding.size()), O_CLOEXEC);
  return fd_ < 0 ? fmt::format("cannot write {}: {}", name_, std::strerror(errno)) : std::string();
}

trace::TraceWriter::Output TraceFile::output() {
  if (fd_ < 0) return {};
  return [this](std::string_view bytes) {
    const bool good = write_to(fd_)(bytes);
    if (!good) error_ = fmt::format("cannot write {}: {}", name_, std::strerror(errno));
    return good;
  };
}

std::string TraceFile::close() {
  if (fd_ >= 0 && ::close(fd_) != 0 && error_.empty()) {
    error_ = fmt::format("cannot write {}: {}", name_, std::strerror(errno));
  }
  fd_ = -1;
  return error_;
}

trace::TraceWriter::Output write_to(int fd) {
  return [fd](std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = write(fd, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  };
}

}  // namespace lvs::scenarios
