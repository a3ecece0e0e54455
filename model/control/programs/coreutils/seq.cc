// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include "control/machine/shell/seq-text.h"
#include "control/machine/usual/parsers.h"

namespace lvs::control {

CommandResultOrError parse_seq(const std::vector<Word>& words) {
  constexpr std::string_view kHint = "Try 'seq --help' for more information.\n";
  if (auto output = seq_output(words)) return refusal(output->refused.empty() ? 0 : 1, output->refused, output->text);
  if (words.size() == 1) return refusal(1, fmt::format("seq: missing operand\n{}", kHint));
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& text = words[i].text;
    if (is_seq_number(text)) continue;
    const bool number = text.find_first_not_of("0123456789.+-eExX") == std::string::npos;
    if (number || text.starts_with('-'))
      return base::Error{
          SyntaxError{words[i].column, text, "not modelled here", "digits with a point, -f FORMAT, -s SEPARATOR, -w"}};
    return refusal(1, fmt::format("seq: invalid floating point argument: '{}'\n{}", text, kHint));
  }
  if (words.size() > 4) return refusal(1, fmt::format("seq: extra operand '{}'\n{}", words[4].text, kHint));
  return base::Error{
      SyntaxError{words[0].column, words[0].text, "these numbers are not modelled", "up to a million lines"}};
}

}  // namespace lvs::control
