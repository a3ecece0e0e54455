// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/trace-view.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <vector>

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr const char* kViewer = "lvs-visualizer";

// "" when there is none.
std::string find_viewer() {
  std::vector<fs::path> folders;
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    folders.push_back(self.parent_path());
    folders.push_back(self.parent_path() / ".." / "visualizer");  // of a build without ./waf
  }
  std::string_view path = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    if (end != 0) folders.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  for (const fs::path& folder : folders) {
    const fs::path program = folder / kViewer;
    if (access(program.c_str(), X_OK) == 0 && fs::is_regular_file(program, error)) return program.string();
  }
  return {};
}

}  // namespace

int view_trace(const std::string& program, const std::string& trace) {
  const auto say = [&](const std::string& text) { std::cerr << program << ": " << text << '\n'; };
  std::cout << "Trace: " << trace << std::endl;
  const std::string viewer = find_viewer();
  if (viewer.empty()) {
    say(fmt::format("{} is not there: ./waf --run {} builds it (after a configure without --without-visualizer)",
                    kViewer, kViewer));
    say(fmt::format("in a terminal: lvs-trace {}", trace));
    return 1;
  }
  execl(viewer.c_str(), kViewer, trace.c_str(), static_cast<char*>(nullptr));
  say(fmt::format("cannot start {}: {}", viewer, std::strerror(errno)));
  return 1;
}

}  // namespace lvs::scenarios
