// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/console/folders.h"

#include <algorithm>
#include <cstdlib>

namespace lvs::scenarios {

namespace fs = std::filesystem;

std::optional<fs::path> shipped_labs() {
  std::vector<fs::path> candidates;
  if (const char* set = std::getenv("LVS_LABS"); set != nullptr) candidates.emplace_back(set);
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error) candidates.push_back(self.parent_path().parent_path() / "share" / "lvs" / "labs");
#ifdef LVS_SOURCE_DIR
  candidates.emplace_back(fs::path(LVS_SOURCE_DIR) / "scenarios" / "labs");
#endif
  for (const fs::path& candidate : candidates) {
    if (fs::is_directory(candidate, error)) return candidate;
  }
  return std::nullopt;
}

std::optional<fs::path> find_lab(const std::string& name) {
  std::error_code error;
  fs::path path(name);
  if (path.filename() == "lab.conf") path = path.parent_path().empty() ? fs::path(".") : path.parent_path();
  if (fs::is_directory(path, error)) return path;
  if (name.find('/') != std::string::npos) return std::nullopt;
  if (const auto shipped = shipped_labs(); shipped && fs::is_directory(*shipped / name, error)) return *shipped / name;
  return std::nullopt;
}

std::vector<fs::path> list_labs() {
  std::vector<fs::path> labs;
  const auto shipped = shipped_labs();
  if (!shipped) return labs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(*shipped, error)) {
    if (fs::exists(entry.path() / "lab.conf", error)) labs.push_back(entry.path());
  }
  std::ranges::sort(labs);
  return labs;
}

}  // namespace lvs::scenarios
