// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of a keepalived.conf as words (keepalived: lib/parser.c).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/keepalived/conf/report.h"

namespace lvs::keepalived {

using ConfWords = std::vector<std::string>;

inline constexpr std::string_view kConfBlanks = " \t\f\n\r\v";

// Words between blanks; "double quotes" keep blanks together, and begin a new word wherever they stand.
ConfWords split_words(std::string_view line, ConfReport& report);

// The words of a script's line, with 'both' "kinds" of quotes and backslashes; nothing where a quote is not closed.
std::optional<ConfWords> split_quoted(std::string_view line, ConfReport& report);

// Takes comments and blanks at both ends away, and the backslash in front of a # or ! that is none; a backslash at the
// end stays, with no blank in front of it.
std::string without_comment(std::string_view line, ConfReport& report);

// on, true, yes; off, false, no; nothing for other words.
std::optional<bool> true_or_false(std::string_view word);

}  // namespace lvs::keepalived
