// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/console/folders.h"

#include <algorithm>
#include <cstdlib>

namespace lvs::scenarios {

namespace fs = std::filesystem;

namespace {

fs::path exercises_beside(const fs::path& labs) { return labs.parent_path() / "exercises"; }

std::vector<fs::path> labs_in(const fs::path& folder) {
  std::vector<fs::path> labs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (fs::exists(entry.path() / "lab.conf", error)) labs.push_back(entry.path());
  }
  std::ranges::sort(labs);
  return labs;
}

}  // namespace

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
  if (name.empty()) return std::nullopt;  // a variable that nobody has set
  std::error_code error;
  fs::path path(name);
  if (path.filename() == "lab.conf") path = path.parent_path().empty() ? fs::path(".") : path.parent_path();
  if (fs::is_directory(path, error)) return path;
  if (name.find('/') != std::string::npos) return std::nullopt;
  const auto shipped = shipped_labs();
  if (!shipped) return std::nullopt;
  for (const fs::path& folder : {*shipped, exercises_beside(*shipped)})
    if (fs::is_directory(folder / name, error)) return folder / name;
  return std::nullopt;
}

std::vector<fs::path> list_labs() {
  const auto shipped = shipped_labs();
  return shipped ? labs_in(*shipped) : std::vector<fs::path>();
}

std::vector<fs::path> list_exercises() {
  const auto shipped = shipped_labs();
  return shipped ? labs_in(exercises_beside(*shipped)) : std::vector<fs::path>();
}

}  // namespace lvs::scenarios
