// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/fd.h"

#include <fcntl.h>

namespace lvs::os {

void write_all(const Fd& file, const std::string& name, std::string_view text) {
  while (!text.empty())
    text.remove_prefix(static_cast<std::size_t>(check(::write(file.get(), text.data(), text.size()), name)));
}

Pipe make_pipe() {
  int ends[2];
  check(::pipe2(ends, O_CLOEXEC), "pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::string read_all(const Fd& file, const std::string& name) {
  std::string text;
  char buffer[65536];
  while (const auto got = check(::read(file.get(), buffer, sizeof buffer), name))
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

std::string read_file(const std::string& path) {
  return read_all(Fd(check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path)), path);
}

void write_file(const std::string& path, std::string_view text, unsigned mode) {
  write_all(Fd(check(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode), path)), path, text);
}

void write_existing(const std::string& path, std::string_view text) {
  const Fd file(check(::open(path.c_str(), O_WRONLY | O_CLOEXEC), path));
  check(::write(file.get(), text.data(), text.size()), path);
}

}  // namespace lvs::os
