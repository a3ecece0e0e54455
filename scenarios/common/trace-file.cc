// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/trace-file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace lvs::scenarios {

TraceFile::~TraceFile() {
  if (live_ && fd_ >= 0) ::close(fd_);
}

std::string TraceFile::open(const std::string& name, Kind kind) {
  if (name.empty()) return {};
  name_ = name;
  live_ = kind == Kind::live || name == "-";
  if (!live_) {
    const std::string why = whole_.open(name);
    fd_ = whole_.descriptor(name);
    return why.empty() ? why : fmt::format("cannot write {}: {}", name, why);
  }
  fd_ = name == "-" ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                    : ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return fd_ < 0 ? fmt::format("cannot write {}: {}", name, std::strerror(errno)) : std::string();
}

std::string TraceFile::open_temporary(const std::string& program, Kind kind) {
  const char* given = std::getenv("TMPDIR");
  const std::string folder = given == nullptr || *given == '\0' ? "/tmp" : given;
  std::string name = fmt::format("{}/{}-{}.pcapng", folder, program, getpid());
  std::error_code error;
  for (unsigned i = 2; std::filesystem::exists(name, error); ++i)
    name = fmt::format("{}/{}-{}-{}.pcapng", folder, program, getpid(), i);
  return open(name, kind);
}

trace::TraceWriter::Output TraceFile::output() {
  if (fd_ < 0) return {};
  return [this](std::string_view bytes) {
    const bool good = write_all(fd_, bytes);
    if (!good && error_.empty()) error_ = fmt::format("cannot write {}: {}", name_, std::strerror(errno));
    return good;
  };
}

std::string TraceFile::close() {
  if (fd_ < 0) return error_;
  if (live_) {
    if (::close(fd_) != 0 && error_.empty()) error_ = fmt::format("cannot write {}: {}", name_, std::strerror(errno));
  } else if (error_.empty()) {
    error_ = whole_.commit();
  }
  fd_ = -1;
  return error_;
}

}  // namespace lvs::scenarios
