// SPDX-License-Identifier: GPL-2.0-or-later
// The fields of a journal block of ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "trace/event.h"

namespace lvs::trace {

struct JournalFields {
  base::Time at{};
  HostId host = 0;
  WalkId walk = 0;
  std::string_view kind;
  std::string_view said;  // phrases as encoded
  std::string_view text;  // as in the file, line ends as \n

  // False: none of ours.
  bool parse(std::string_view block);
  std::string first_line() const;
  std::string decoded() const;
};

}  // namespace lvs::trace
