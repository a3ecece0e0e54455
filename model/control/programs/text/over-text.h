// SPDX-License-Identifier: GPL-2.0-or-later
// A tool that makes something of the text of its files, one behind the other, or of its standard input.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control/programs/coreutils/operands.h"

namespace lvs::control {

// Once the text is there; the status.
using TextBody = std::function<int(const Operands& operands, const std::string& text, Machine& machine, Io& io)>;

// A file that cannot be read: `complaint` in front of its name, that status, and the body does not run.
struct TextFailure {
  std::string_view complaint = {};
  int status = 1;
};
CommandResultOrError over_text(std::string_view tool, const std::vector<Word>& words, Operands operands,
                               TextFailure failure, TextBody body);

// A file is made of the text. Where it cannot be, `complaint` is said in front of its name, and that is the status.
int write_text(std::string_view complaint, const std::string& path, std::string_view text, int failed, Machine& machine,
               Io& io);

}  // namespace lvs::control
