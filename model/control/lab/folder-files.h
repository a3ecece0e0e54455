// SPDX-License-Identifier: GPL-2.0-or-later
// The files of a lab's folder as its machines see them: all of them in /lab, to read, and what HOST/ holds over the
// root of that machine, as in Kathará.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lvs::control {

struct LabMessage;

struct LabFile {
  std::string path;  // below the lab's folder, without "." and "..": "director/etc/keepalived/keepalived.conf"
  std::string text;
  unsigned mode = 0644;  // 0755 of those that their owner may execute
};
using LabFolder = std::shared_ptr<const std::vector<LabFile>>;  // in the order of their paths; labs are copied often

// Regular files alone: links and devices are left out with a notice, for they may lead out of the folder or never end;
// so is everything where the folder holds more than a lab does.
LabFolder read_folder_files(const std::filesystem::path& folder, std::vector<LabMessage>& notices);

}  // namespace lvs::control
