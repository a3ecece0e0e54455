// SPDX-License-Identifier: GPL-2.0-or-later
// What ${NAME...} of bash makes of a value: ${V//A/B}, ${V:1:2}, ${V^^}. Internal to the shell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/shell.h"

namespace lvs::control {

enum class BashUse : std::uint8_t {
  replace_first,   // ${NAME/WORD/BY}
  replace_all,     // ${NAME//WORD/BY}
  replace_prefix,  // ${NAME/#WORD/BY}
  replace_suffix,  // ${NAME/%WORD/BY}
  substring,       // ${NAME:WORD:SECOND}
  upper_first,     // ${NAME^}
  upper_all,       // ${NAME^^}
  lower_first,     // ${NAME,}
  lower_all,       // ${NAME,,}
};

// The word of a part whose use is plain: that makes it one of these.
struct BashWord : ShellWord {
  BashUse use = BashUse::replace_first;
  std::optional<ShellWord> second;
};
// Nothing: the part is none of these.
const BashWord* bash_word(const WordPart& part);

// `pattern`: as expand_pattern() makes it.
std::string replaced(std::string_view value, BashUse use, std::string_view pattern, const std::string& by);
// Nothing: the length is negative beyond the beginning.
std::optional<std::string> part_of(const std::string& value, long long from, std::optional<long long> length);
// `length` words from this one on; a negative one counts from the end.
std::vector<std::string> some_of(std::vector<std::string> words, long long from, std::optional<long long> length);
std::string with_case(std::string value, BashUse use);

// The digits of a number of bash with a base up to 64, off the front of `text`. Nothing: one of them, taken too, is
// none of that base.
std::optional<std::uint64_t> take_digits(unsigned radix, std::string_view& text);

}  // namespace lvs::control
