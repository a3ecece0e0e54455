// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/options/getopts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "control/machine/shell/builtins.h"

namespace lvs::control {

// getopts LETTERS NAME (POSIX): one option of $1 ... a call.
int run_getopts(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams) {
  if (words.size() < 3) {
    streams.err->write(scope.bash ? "getopts: usage: getopts optstring name [arg ...]\n"
                                  : place_of(scope) + "getopts: Usage: getopts optstring var [arg...]\n");
    return 2;
  }
  if (const auto index = base::number<unsigned>(scope.variables["OPTIND"]); index && *index != scope.option) {
    scope.option = std::max(*index, 1u);
    scope.option_letter = 1;
  }
  std::vector<std::string> given;  // in place of $1 ...
  for (std::size_t i = 3; i < words.size(); ++i) given.push_back(words[i].text);
  const std::vector<std::string>& arguments = given.empty() ? scope.arguments : given;
  const std::string& letters = words[1].text;
  std::string& name = scope.variables[words[2].text];
  const auto ends = [&] {
    name = "?";
    scope.variables["OPTIND"] = std::to_string(scope.option);
    return 1;
  };
  if (scope.option > arguments.size()) return ends();
  const std::string& word = arguments[scope.option - 1];
  if (scope.option_letter == 1 && (word.size() < 2 || word[0] != '-')) return ends();
  if (word == "--") {
    ++scope.option;
    return ends();
  }
  const char letter = word[scope.option_letter++];
  const bool silent = letters.starts_with(':');
  const std::size_t at = letter == ':' ? std::string::npos : letters.find(letter, silent ? 1 : 0);
  std::string argument;
  bool missing = false;
  const bool takes = at != std::string::npos && at + 1 < letters.size() && letters[at + 1] == ':';
  if (takes && scope.option_letter < word.size()) {
    argument = word.substr(scope.option_letter);
    scope.option_letter = word.size();
  } else if (takes) {
    missing = scope.option >= arguments.size();
    if (!missing) argument = arguments[scope.option++];
  }
  if (scope.option_letter >= word.size()) {
    ++scope.option;
    scope.option_letter = 1;
  }
  scope.variables["OPTIND"] = std::to_string(scope.option);
  name = std::string(1, at == std::string::npos ? '?' : missing ? (silent ? ':' : '?') : letter);
  if (name != std::string(1, letter)) {
    scope.variables["OPTARG"] = silent ? std::string(1, letter) : std::string();
    if (!silent && scope.bash)
      streams.err->write(fmt::format("{}: {} -- {}\n", scope.name,
                                     missing ? "option requires an argument" : "illegal option", letter));
    else if (!silent)
      streams.err->write(missing ? fmt::format("No arg for -{} option\n", letter)
                                 : fmt::format("Illegal option -{}\n", letter));
    if (!silent) scope.variables.erase("OPTARG");
    return 0;
  }
  scope.variables["OPTARG"] = argument;
  return 0;
}

}  // namespace lvs::control
