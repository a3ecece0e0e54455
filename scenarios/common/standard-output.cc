// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/standard-output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace lvs::scenarios {

int finish_output(std::string_view program, int status) {
  errno = 0;
  std::cout.flush();
  const bool good = std::fflush(stdout) == 0 && std::cout.good() && std::ferror(stdout) == 0;
  if (good || errno == EPIPE) return status;
  // The reason may be lost by now: a write of nothing would not say it, one of a line would.
  const int error = errno != 0 ? errno : write(STDOUT_FILENO, "\n", 1) < 0 ? errno : EIO;
  if (error == EPIPE) return status;
  std::cerr << fmt::format("{}: cannot write standard output: {}\n", program, std::strerror(error));
  return 2;
}

}  // namespace lvs::scenarios
