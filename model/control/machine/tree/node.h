// SPDX-License-Identifier: GPL-2.0-or-later
// A file, a folder or a link of a machine's tree.
#pragma once

#include "control/machine/files.h"

namespace lvs::control {

struct Files::Node {
  bool folder = false, read_only = false, link = false;  // of a link, `text` is what it says
  unsigned mode = 0644;
  base::Time changed{};
  std::string text;
  std::map<std::string, NodePtr, std::less<>> entries;
};

}  // namespace lvs::control
