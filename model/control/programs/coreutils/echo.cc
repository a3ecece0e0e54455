// SPDX-License-Identifier: GPL-2.0-or-later
// echo as built into dash: -n, and backslash sequences always; and as built into bash: -n -e -E.
#include <string>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/escapes.h"

namespace lvs::control {
namespace {

CommandResultOrError echo(const std::vector<Word>& words, std::size_t first, bool newline, const EscapeRules* rules) {
  std::string out;
  for (std::size_t i = first; i < words.size(); ++i) {
    if (i > first) out += ' ';
    if (rules == nullptr)
      out += words[i].text;
    else if (!append_unescaped(words[i].text, *rules, out))
      return refusal(0, {}, std::move(out));
  }
  if (newline) out += '\n';
  return refusal(0, {}, std::move(out));
}

}  // namespace

CommandResultOrError parse_echo(const std::vector<Word>& words) {
  const bool newline = !(words.size() > 1 && words[1].text == "-n");
  return echo(words, newline ? 1 : 2, newline, &kDashArgument);
}

CommandResultOrError parse_bash_echo(const std::vector<Word>& words) {
  bool newline = true, escapes = false;
  std::size_t i = 1;
  for (; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.size() < 2 || word[0] != '-' || word.find_first_not_of("neE", 1) != std::string::npos) break;
    for (const char letter : word.substr(1)) {
      if (letter == 'n')
        newline = false;
      else
        escapes = letter == 'e';
    }
  }
  return echo(words, i, newline, escapes ? &kBashEcho : nullptr);
}

}  // namespace lvs::control
