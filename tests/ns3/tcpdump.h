// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace ns3 {

// What tcpdump makes of a capture; checksums are verified by -v.
inline std::string TcpDump(const std::string& file) {
  std::string text;
  FILE* pipe = popen(("tcpdump -nn -v -r '" + file + "' 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 4096> buffer;
  while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), n);
  pclose(pipe);
  return text;
}

}  // namespace ns3
