// SPDX-License-Identifier: GPL-2.0-or-later
// Times of virtual servers, real servers and checkers.
#pragma once

#include <fmt/format.h>

#include <cstdint>

#include "daemons/keepalived/conf/reader.h"

namespace lvs::keepalived {

// Takes the word behind the name as seconds with a fraction; for another, `text` is said of it.
template <class To>
void read_time(ConfReader& r, const ConfWords& words, To& to, std::uint64_t least, std::uint64_t most,
               fmt::format_string<const std::string&> text) {
  if (const auto value = r.numbers.seconds(r.word(words, 1), least, most, true)) {
    to = *value;
  } else {
    r.report.error(fmt::format(text, r.word(words, 1)));
  }
}

}  // namespace lvs::keepalived
