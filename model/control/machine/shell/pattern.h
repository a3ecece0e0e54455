// SPDX-License-Identifier: GPL-2.0-or-later
// Patterns of sh: * ? [...] in case, ${NAME%WORD} and file names (fnmatch(3)). A backslash makes the next character
// plain. Internal to the shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/shell.h"

namespace lvs::control {

class Files;

bool matches(std::string_view pattern, std::string_view text);
// The text without the beginning, or the end (`suffix`), that the pattern matches: the shortest one, or the longest.
std::string without_match(std::string_view text, std::string_view pattern, bool suffix, bool longest);
// Does it contain a character that means more than itself?
bool is_pattern(std::string_view pattern);
// The same of a word as written.
bool has_pattern(const ShellWord& word);
// A text of which every character is plain.
std::string plain_pattern(std::string_view text);
std::string without_backslashes(std::string_view pattern);
// The files that a pattern names, in order; empty: none, the word stays as it is. `folder`: where relative names begin.
std::vector<std::string> matching_files(Files& files, std::string_view folder, std::string_view pattern);

}  // namespace lvs::control
