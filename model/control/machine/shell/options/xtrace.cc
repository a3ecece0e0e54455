// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/options/xtrace.h"

namespace lvs::control {
namespace {

std::string word_text(const std::string& word, bool bash) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
  if (!bash || (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos)) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

}  // namespace

std::string shown_command(const SimpleCommand& command, const std::vector<Word>& words, const ShellScope& scope) {
  std::string text = "+";
  for (const Assignment& each : command.assignments) {
    const auto value = scope.variables.find(each.name);
    text +=
        " " + each.name + "=" + (value == scope.variables.end() ? std::string() : word_text(value->second, scope.bash));
  }
  for (const Word& word : words) text += " " + word_text(word.text, scope.bash);
  return text + "\n";
}

}  // namespace lvs::control
