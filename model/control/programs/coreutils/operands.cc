// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/coreutils/operands.h"

#include <fmt/format.h>

#include "control/words/getopt.h"

namespace lvs::control {

std::string try_help(std::string_view tool) { return fmt::format("Try '{} --help' for more information.\n", tool); }

CommandPtr missing_operand(std::string_view tool, std::string_view what) {
  return refusal(1, fmt::format("{}: {}\n{}", tool, what, try_help(tool)));
}

ReadOperands read_operands(const std::vector<Word>& words, const ToolWords& tool) {
  ReadOperands result;
  for (const Word& word : words) {
    if (word.text == "--") break;
    if (!word.text.starts_with("--")) continue;
    result.instead = base::Error{SyntaxError{word.column, word.text, "long options are not modelled", {}}};
    return result;
  }
  const std::string all = std::string(tool.letters) + std::string(tool.others);
  Getopt getopt(words, all);
  while (const auto option = getopt.next()) {
    if (option->missing) {
      result.instead = refusal(1, fmt::format("{0}: option requires an argument -- '{1}'\n{2}", tool.name,
                                              option->letter, try_help(tool.name)));
      return result;
    }
    if (!option->known) {
      result.instead =
          refusal(1, fmt::format("{}: invalid option -- '{}'\n{}", tool.name, option->letter, try_help(tool.name)));
      return result;
    }
    if (tool.letters.find(option->letter) == std::string_view::npos) {
      std::string known;
      for (const char letter : tool.letters)
        if (letter != ':') known += fmt::format("{}-{}", known.empty() ? "" : " ", letter);
      result.instead = base::Error{SyntaxError{words[option->word].column, words[option->word].text,
                                               fmt::format("this option of {} is not modelled", tool.name), known}};
      return result;
    }
    result.operands.options[option->letter] = option->value;
  }
  for (const std::size_t index : getopt.operands()) result.operands.files.push_back(words[index].text);
  return result;
}

std::optional<SyntaxError> unmodelled_file(const std::vector<Word>& words, const Operands& operands) {
  for (const std::string& file : operands.files) {
    if (file == "-") continue;
    if (auto reason = Files::unmodelled(file)) {
      std::size_t column = words.front().column;
      for (const Word& word : words)
        if (word.text == file) column = word.column;
      return SyntaxError{column, file, std::move(*reason), {}};
    }
  }
  return std::nullopt;
}

}  // namespace lvs::control
