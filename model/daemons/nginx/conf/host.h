// SPDX-License-Identifier: GPL-2.0-or-later
// What the reader of a configuration asks of the machine that it stands on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lvs::nginx {

class ConfHost {
 public:
  virtual ~ConfHost() = default;
  struct Content {
    int error = 0;  // errno
    std::string text;
  };
  virtual Content read(std::string_view path) const = 0;
  // Names in a folder, in order.
  virtual std::vector<std::string> list(std::string_view folder) const = 0;
};

// "2: No such file or directory"
std::string_view errno_text(int error);

}  // namespace lvs::nginx
