// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/folder-files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "control/lab/lab.h"

namespace lvs::control {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 2'000;
constexpr std::uintmax_t kMostBytes = 32 << 20;
constexpr int kDeepest = 16;

class Reader {
 public:
  Reader(const fs::path& folder, std::vector<LabMessage>& notices) : folder_(folder), notices_(notices) {}

  LabFolder read() {
    std::error_code error;
    fs::recursive_directory_iterator at(folder_, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      const fs::file_status status = at->symlink_status(error);
      if (status.type() == fs::file_type::directory) {
        if (at->path().filename() == ".git") at.disable_recursion_pending();
        if (at.depth() >= kDeepest) return none(fmt::format("is more than {} folders deep", kDeepest));
        continue;
      }
      if (status.type() != fs::file_type::regular) {
        notice(at->path(), status.type() == fs::file_type::symlink
                               ? "a link: machines of the lab do not see it"
                               : "no regular file: machines of the lab do not see it");
        continue;
      }
      bytes_ += at->file_size(error);
      if (error || files_.size() == kMostFiles || bytes_ > kMostBytes)
        return none(fmt::format("holds more than {} files or {} MiB", kMostFiles, kMostBytes >> 20));
      add(at->path(), status.permissions());
    }
    if (error) return none(error.message());
    std::ranges::sort(files_, {}, &LabFile::path);
    return std::make_shared<const std::vector<LabFile>>(std::move(files_));
  }

 private:
  void add(const fs::path& path, fs::perms permissions) {
    std::ifstream in(path, std::ios::binary);
    LabFile file{path.lexically_relative(folder_).generic_string(), {}, 0644};
    file.text.assign(std::istreambuf_iterator<char>(in), {});
    if (!in || in.bad()) return notice(path, "cannot be read: machines of the lab do not see it");
    if ((permissions & fs::perms::owner_exec) != fs::perms::none) file.mode = 0755;
    files_.push_back(std::move(file));
  }

  void notice(const fs::path& path, std::string reason) { notices_.push_back({{path.string(), 0}, std::move(reason)}); }

  LabFolder none(const std::string& reason) {
    notice(folder_, reason + ": machines of the lab do not see its files");
    return std::make_shared<const std::vector<LabFile>>();
  }

  const fs::path& folder_;
  std::vector<LabMessage>& notices_;
  std::vector<LabFile> files_;
  std::uintmax_t bytes_ = 0;
};

}  // namespace

LabFolder read_folder_files(const fs::path& folder, std::vector<LabMessage>& notices) {
  return Reader(folder, notices).read();
}

}  // namespace lvs::control
