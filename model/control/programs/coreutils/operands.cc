// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/coreutils/operands.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/programs/coreutils/long-options.h"
#include "control/words/getopt.h"

namespace lvs::control {

bool Operands::has(char option) const {
  return std::ranges::find(options, option, &std::pair<char, std::string>::first) != options.end();
}

std::string Operands::value(char option) const {
  const auto found =
      std::find_if(options.rbegin(), options.rend(), [&](const auto& each) { return each.first == option; });
  return found == options.rend() ? std::string() : found->second;
}

std::vector<std::string> Operands::values(char option) const {
  std::vector<std::string> result;
  for (const auto& [letter, value] : options)
    if (letter == option) result.push_back(value);
  return result;
}

std::string try_help(std::string_view tool) { return fmt::format("Try '{} --help' for more information.\n", tool); }

CommandPtr missing_operand(std::string_view tool, std::string_view what) {
  return refusal(1, fmt::format("{}: {}\n{}", tool, what, try_help(tool)));
}

ReadOperands read_operands(const std::vector<Word>& words, const ToolWords& tool) {
  ReadOperands result;
  const std::string all = std::string(tool.letters) + std::string(tool.others);
  const auto misuse = [&](std::string_view what) {
    result.instead = refusal(
        tool.misuse,
        fmt::format("{}: {}\n{}", tool.name, what, tool.hint.empty() ? try_help(tool.name) : std::string(tool.hint)));
  };
  const auto unmodelled = [&](const Word& short_word) {
    const Word& word = *std::ranges::find(words, short_word.column, &Word::column);
    std::string known;
    for (const char letter : tool.letters)
      if (letter != ':') known += fmt::format("{}-{}", known.empty() ? "" : " ", letter);
    result.instead = base::Error{
        SyntaxError{word.column, word.text, fmt::format("this option of {} is not modelled", tool.name), known}};
  };
  const ShortWords shorts = shorten_options(words, all, tool.longs);
  if (!shorts.misuse.empty()) return misuse(shorts.misuse), result;
  if (shorts.unmodelled) return unmodelled(words[*shorts.unmodelled]), result;
  Getopt getopt(shorts.words, all);
  while (const auto option = getopt.next()) {
    if (option->missing) return misuse(fmt::format("option requires an argument -- '{}'", option->letter)), result;
    if (!option->known) return misuse(fmt::format("invalid option -- '{}'", option->letter)), result;
    if (tool.letters.find(option->letter) == std::string_view::npos)
      return unmodelled(shorts.words[option->word]), result;
    result.operands.options.emplace_back(option->letter, option->value);
  }
  for (const std::size_t index : getopt.operands()) result.operands.files.push_back(shorts.words[index].text);
  return result;
}

std::string quoted_name(std::string_view name) {
  const bool plain = name.find_first_of(" !\"$&()*:;<=>?[\\^`|'") == std::string_view::npos && !name.empty() &&
                     name[0] != '#' && name[0] != '~';
  if (plain) return std::string(name);
  const char mark = name.find('\'') == std::string_view::npos ? '\'' : '"';
  return fmt::format("{0}{1}{0}", mark, name);
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
