// SPDX-License-Identifier: GPL-2.0-or-later
// true, :, false and exit.
#include "base/numbers.h"
#include "control/machine/usual/parsers.h"

namespace lvs::control {

CommandResultOrError parse_true(const std::vector<Word>&) { return refusal(0, {}); }

CommandResultOrError parse_false(const std::vector<Word>&) { return refusal(1, {}); }

// Ending the line is the shell's part; without a number it keeps the last status.
CommandResultOrError parse_exit(const std::vector<Word>& words) {
  if (words.size() == 1) return refusal(0, {});
  const auto status = base::number<unsigned>(words[1].text);
  if (!status || words.size() > 2) {
    return base::Error{SyntaxError{words.back().column, words.back().text, "exit takes one number", {}}};
  }
  return refusal(static_cast<int>(*status & 0xff), {});
}

}  // namespace lvs::control
