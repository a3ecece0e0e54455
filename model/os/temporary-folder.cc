// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/temporary-folder.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "os/fd.h"
#include "os/guardian.h"

namespace lvs::os {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder(const std::string& prefix) : path_(prefix + "XXXXXX") {
  if (!::mkdtemp(path_.data())) check(-1, path_);
  Guardian::of_process().watch_folder(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // what is left behind is no reason to fail what is over
  fs::remove_all(path_, ignored);
  Guardian::of_process().forget_folder(path_);
}

bool open_to_others(const std::string& path) {
  fs::path part;
  for (const fs::path& name : fs::path(path)) {
    part /= name;
    struct stat status;
    if (::stat(part.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) return false;
  }
  return true;
}

}  // namespace lvs::os
