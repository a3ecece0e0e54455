// SPDX-License-Identifier: GPL-2.0-or-later
// File descriptors that close themselves, and system calls that throw.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace lvs::os {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

// The result of a system call, or std::system_error with `what` and the reason.
template <class Int>
Int check(Int result, const std::string& what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

// Both ends, close-on-exec.
struct Pipe {
  Fd read, write;
};
Pipe make_pipe();

// Whole files; std::system_error names the file.
std::string read_file(const std::string& path);
std::string read_all(const Fd& file, const std::string& name);
void write_all(const Fd& file, const std::string& name, std::string_view text);
void write_file(const std::string& path, std::string_view text, unsigned mode = 0644);
// For /proc and /sys: the file must exist, the text goes in one write.
void write_existing(const std::string& path, std::string_view text);

}  // namespace lvs::os
