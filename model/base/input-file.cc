// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/input-file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lvs::base {
namespace {

std::string size_text(std::size_t bytes) {
  constexpr std::size_t kKilo = 1024;
  return bytes % (kKilo * kKilo) == 0 ? fmt::format("{} MiB", bytes / kKilo / kKilo)
         : bytes % kKilo == 0         ? fmt::format("{} KiB", bytes / kKilo)
                                      : fmt::format("{} bytes", bytes);
}

// Nothing: an ordinary file.
std::optional<std::string> odd_kind(mode_t mode) {
  if (S_ISREG(mode)) return std::nullopt;
  if (S_ISDIR(mode)) return "is a folder";
  if (S_ISFIFO(mode)) return "is a FIFO, not an ordinary file";
  if (S_ISSOCK(mode)) return "is a socket, not an ordinary file";
  return "is a device, not an ordinary file";
}

struct Closer {
  int fd;
  ~Closer() { ::close(fd); }
};

}  // namespace

Result<std::string, std::string> read_input(const std::string& path, std::size_t most) {
  // Nobody may ever open the other end of a FIFO, and a device may do anything when it is opened: looked at before.
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return Error{std::string(std::strerror(errno))};
  if (const auto kind = odd_kind(info.st_mode)) return Error{*kind};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return Error{std::string(std::strerror(errno))};
  const Closer closer{fd};
  if (::fstat(fd, &info) != 0) return Error{std::string(std::strerror(errno))};
  if (const auto kind = odd_kind(info.st_mode)) return Error{*kind};
  // Files of /proc say that they are empty, and a file may grow while it is read: what comes is counted.
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{std::string(std::strerror(errno))};
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > most)
      return Error{fmt::format("is larger than {}", size_text(most))};
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

std::optional<TextFault> text_fault(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf"))
    return TextFault{1, "begins with a byte order mark (U+FEFF), which no shell takes; save it as UTF-8 without one"};
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return TextFault{1, "is UTF-16, not text for a shell; save it as UTF-8"};
  const std::size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return std::nullopt;
  return TextFault{1 + static_cast<int>(std::ranges::count(text.substr(0, nul), '\n')),
                   "not a text file (it holds a zero byte)"};
}

}  // namespace lvs::base
