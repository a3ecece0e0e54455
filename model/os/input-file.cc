// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/input-file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "os/fd.h"

namespace lvs::os {

base::Result<std::string, std::string> read_input(const std::string& name) {
  constexpr std::size_t kMostBytes = 64 << 20;
  // Not to wait for somebody who opens the other end of a named pipe.
  const Fd file(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return base::Error{std::string(std::strerror(errno))};
  std::string text;
  std::array<char, 65536> bytes;
  for (;;) {
    const ssize_t n = ::read(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::Error{std::string(std::strerror(errno))};
    if (n == 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(n));
    if (text.size() > kMostBytes) return base::Error{std::string("has more than 64 MiB")};
  }
}

}  // namespace lvs::os
