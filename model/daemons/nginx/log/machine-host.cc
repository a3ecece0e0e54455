// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/log/machine-host.h"

namespace lvs::nginx {

int errno_of(control::FileError error) {
  using control::FileError;
  switch (error) {
    case FileError::none: return 0;
    case FileError::no_entry: return 2;
    case FileError::denied:
    case FileError::not_permitted: return 13;
    case FileError::not_directory: return 20;
    case FileError::is_directory: return 21;
    default: return 5;
  }
}

}  // namespace lvs::nginx
