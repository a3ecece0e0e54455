// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/version.h"

#include <iostream>
#include <string_view>

#ifndef LVS_VERSION
#define LVS_VERSION "as a module of ns-3"  // whose build names no version
#endif

namespace lvs::scenarios {

bool shows_version(const std::string& program, int argc, const char* const* argv) {
  if (argc < 2 || std::string_view(argv[1]) != "--version") return false;
  std::cout << program << ' ' << LVS_VERSION << '\n';
  return true;
}

}  // namespace lvs::scenarios
