// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a frame: blanks between them, texts in double quotes with \r \n \t \" \\ \xHH, comments from "#" on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/words/word.h"

namespace lvs::control::frame {

struct Token : control::Word {
  bool quoted = false;
};

base::Result<std::vector<Token>, SyntaxError> split_words(std::string_view text, std::size_t column);

}  // namespace lvs::control::frame
