// SPDX-License-Identifier: GPL-2.0-or-later
// Text that somebody else wrote, for a terminal: what would command the terminal is shown and not sent.
#pragma once

#include <string>
#include <string_view>

namespace lvs::base {

// As cat -v: "^[" for an escape, "M-^[" for the 8-bit controls; UTF-8, tabs and newlines, also with a carriage return
// before them, stay.
std::string printable(std::string_view text);
// The same for one line: tabs and newlines are shown, too.
std::string printable_line(std::string_view text);

}  // namespace lvs::base
