// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/frame/tokens.h"

#include "base/numbers.h"

namespace lvs::control::frame {
namespace {

constexpr std::string_view kBlank = " \t\v\f\r";

// What an escape stands for, taken off `text` from its backslash on; nothing for an unknown one.
std::optional<char> take_escape(std::string_view& text) {
  const char letter = text.size() > 1 ? text[1] : '\0';
  if (letter == 'x') {
    const auto byte = base::number<std::uint8_t>(text.substr(2, 2), 16);
    if (!byte || text.size() < 4) return std::nullopt;
    text.remove_prefix(4);
    return static_cast<char>(*byte);
  }
  constexpr std::string_view kLetters = "rnt\"\\", kMeanings = "\r\n\t\"\\";
  const std::size_t place = kLetters.find(letter);
  if (letter == '\0' || place == std::string_view::npos) return std::nullopt;
  text.remove_prefix(2);
  return kMeanings[place];
}

}  // namespace

base::Result<std::vector<Token>, SyntaxError> split_words(std::string_view text, std::size_t column) {
  std::vector<Token> words;
  const std::string_view whole = text;
  const auto here = [&] { return column + (whole.size() - text.size()); };
  const auto error = [](std::size_t at, std::string reason) {
    return base::Error{SyntaxError{at, {}, std::move(reason), {}}};
  };
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    if (text.empty() || text.front() == '#') return words;
    Token word;
    word.column = here();
    if (text.front() != '"') {
      word.text = text.substr(0, text.find_first_of(kBlank));
      text.remove_prefix(word.text.size());
      words.push_back(std::move(word));
      continue;
    }
    word.quoted = true;
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
      if (text.front() != '\\') {
        word.text += text.front();
        text.remove_prefix(1);
        continue;
      }
      const std::size_t at = here();
      const auto meaning = take_escape(text);
      if (!meaning) return error(at, "no escape of a text; known: \\r \\n \\t \\\" \\\\ \\xHH");
      word.text += *meaning;
    }
    if (text.empty()) return error(word.column, "the text has no closing quote");
    text.remove_prefix(1);
    words.push_back(std::move(word));
  }
}

}  // namespace lvs::control::frame
