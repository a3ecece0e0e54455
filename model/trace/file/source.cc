// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace lvs::trace {
namespace {

constexpr std::uint64_t kMostAtOnce = 64 << 20;

int unnamed_file() {
  std::FILE* file = std::tmpfile();
  if (file == nullptr) return -1;
  const int fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
  std::fclose(file);
  return fd;
}

}  // namespace

std::unique_ptr<TraceSource> TraceSource::open(const std::string& path, std::string& error) {
  const bool standard_input = path == "-";
  // Not to wait for somebody who opens the other end of a named pipe.
  const int fd = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info {};
  if (fd < 0 || fstat(fd, &info) != 0) {
    error = std::strerror(errno);
    if (fd >= 0) close(fd);
    return nullptr;
  }
  if (S_ISDIR(info.st_mode)) {
    error = "is a folder, not a trace";
    close(fd);
    return nullptr;
  }
  if (S_ISREG(info.st_mode)) return std::unique_ptr<TraceSource>(new TraceSource(fd, -1));
  const int file = unnamed_file();
  if (file < 0) {
    error = std::string("no room for what the pipe brings: ") + std::strerror(errno);
    close(fd);
    return nullptr;
  }
  std::unique_ptr<TraceSource> source(new TraceSource(file, fd));
  source->piped_ = true;
  return source;
}

TraceSource::~TraceSource() {
  if (file_ >= 0) close(file_);
  if (pipe_ >= 0) close(pipe_);
}

void TraceSource::take_in() {
  std::array<std::uint8_t, 65536> bytes;
  // Not all of a pipe that brings more than is read: whoever reads it may have seen by then that it is no trace.
  for (const std::uint64_t until = taken_ + kMostAtOnce; pipe_ >= 0 && taken_ < until;) {
    pollfd ready{.fd = pipe_, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, 0) <= 0) return;
    const ssize_t n = ::read(pipe_, bytes.data(), bytes.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    const auto size = static_cast<std::size_t>(n < 0 ? 0 : n);
    if (size == 0 || pwrite(file_, bytes.data(), size, static_cast<off_t>(taken_)) != n) {
      close(pipe_);
      pipe_ = -1;
      return;
    }
    taken_ += size;
  }
}

std::uint64_t TraceSource::size() {
  if (piped_) {
    take_in();
    return taken_;
  }
  struct stat info {};
  return fstat(file_, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

std::size_t TraceSource::read(std::uint64_t offset, std::span<std::uint8_t> to) {
  std::size_t done = 0;
  while (done < to.size()) {
    const ssize_t n = pread(file_, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

bool TraceSource::wait(int milliseconds) {
  if (!piped_) {
    poll(nullptr, 0, milliseconds);  // files tell nobody
    return true;
  }
  if (pipe_ < 0) return false;
  pollfd ready{.fd = pipe_, .events = POLLIN, .revents = 0};
  poll(&ready, 1, milliseconds);
  return true;
}

}  // namespace lvs::trace
