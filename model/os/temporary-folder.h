// SPDX-License-Identifier: GPL-2.0-or-later
// A folder of this process's own, gone with it however it ends.
#pragma once

#include <string>

namespace lvs::os {

class TemporaryFolder {
 public:
  // PREFIX, which is absolute, and six characters more. Throws std::system_error.
  explicit TemporaryFolder(const std::string& prefix);
  // Removes it with everything in it, as far as possible.
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Whether others than its owner may pass through every folder above `path`, which is absolute, and through itself.
bool open_to_others(const std::string& path);

}  // namespace lvs::os
