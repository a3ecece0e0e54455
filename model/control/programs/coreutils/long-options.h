// SPDX-License-Identifier: GPL-2.0-or-later
// Long options as getopt_long(3) takes them: whole or by a beginning that no other has, "--lines=5" or "--lines 5".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/words/word.h"

namespace lvs::control {

// The words with letters in place of long options.
struct ShortWords {
  std::vector<Word> words;
  std::string misuse;  // what getopt_long(3) says of one, behind the name of the tool; empty: nothing
  std::optional<std::size_t> unmodelled;  // index of the word whose option has no letter among those that are known
};
// `letters` as for getopt(3). `longs`: "lines:n" has an argument, "in-place?i" may have one, "quiet=q" has none.
ShortWords shorten_options(const std::vector<Word>& words, std::string_view letters, std::string_view longs);

}  // namespace lvs::control
