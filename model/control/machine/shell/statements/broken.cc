// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/statements/broken.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/shell/statements/statement.h"

namespace lvs::control {
namespace {

// dash: tokname[], keywords among them.
std::string dash_name(const Token& token) {
  constexpr auto kKeywords = std::to_array<std::string_view>(
      {"!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while", "{", "}"});
  const std::string text = token.word.text();
  if (token.kind >= TokenKind::output && token.kind <= TokenKind::duplicate) return "redirection";
  if (text == "\n") return "newline";
  const bool keyword = !token.word.quoted && std::ranges::find(kKeywords, text) != kKeywords.end();
  return token.kind == TokenKind::word && !keyword ? "word" : fmt::format("\"{}\"", text);
}

bool is_noted(const ParseContext& context) { return context.own == nullptr || context.own->said; }

std::string dash_error(std::string_view what) { return fmt::format("Syntax error: {}", what); }

std::string line_of(std::string_view text, std::size_t line) {
  while (--line > 0) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return std::string(text.substr(0, text.find('\n')));
}

// As a word of a script.
std::string in_single_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

// What the shell says of the statement at `before`.
std::string complaint(const OwnError& own, std::string_view text, std::size_t before, const std::string& name,
                      bool bash) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text.substr(0, before), '\n'));
  const std::size_t end = 1 + static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const std::size_t line = own.line == 0 ? end : lines + own.line;
  if (!bash) return fmt::format("{}: {}: {}\n", name, line, own.dash);
  std::string said = fmt::format("{}: line {}: {}\n", name, line, own.bash);
  if (own.shows_line) said += fmt::format("{}: line {}: `{}'\n", name, line, line_of(text, line));
  return said;
}

}  // namespace

void note_own(const ParseContext& context, std::string_view said, std::size_t line) {
  if (is_noted(context)) return;
  *context.own = {true, dash_error(said), std::string(said), line, false};
}

void note_unexpected(const ParseContext& context, const Token* token, std::string_view expecting) {
  if (is_noted(context)) return;
  const bool newline = token != nullptr && token->word.text() == "\n";
  std::string said = token == nullptr ? "end of file" : dash_name(*token);
  said += " unexpected";
  if (expecting == "word")
    said += " (expecting word)";
  else if (!expecting.empty())
    said += fmt::format(" (expecting \"{}\")", expecting);
  OwnError& own = *context.own;
  own.said = true;
  own.dash = dash_error(said);
  own.bash = token == nullptr ? "syntax error: unexpected end of file"
                              : fmt::format("syntax error near unexpected token `{}'",
                                            newline ? std::string("newline") : token->word.text());
  // dash has counted a newline when it looks at it.
  own.line = token == nullptr ? 0 : token->line + (newline && !context.bash ? 1 : 0);
  own.shows_line = token != nullptr;
}

void note_open_end(const ParseContext& context, std::string_view opened, std::size_t line) {
  if (is_noted(context)) return;
  const bool commands = opened == "$(", value = opened == "${";
  const std::string_view closing = commands ? ")" : value ? "}" : opened;
  OwnError& own = *context.own;
  own.said = true;
  own.dash = dash_error(commands        ? "end of file unexpected (expecting \")\")"
                        : value         ? "Missing '}'"
                        : opened == "`" ? "EOF in backquote substitution"
                                        : "Unterminated quoted string");
  own.bash = fmt::format("unexpected EOF while looking for matching `{}'", closing);
  own.line = commands || (!context.bash && !value) ? 0 : line;
}

std::optional<std::string> until_broken(std::string_view text, const std::string& name, bool bash,
                                        const ScriptNames& scripts) {
  constexpr std::size_t kLongest = 100'000;
  if (text.size() > kLongest) return std::nullopt;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    do {
      end = std::min(text.find('\n', end), text.size() - 1) + 1;
    } while (end < text.size() && is_unfinished(text.substr(begin, end - begin)));
    OwnError own;
    ParseContext context;
    context.bash = bash;
    context.scripts = scripts;
    context.own = &own;
    context.read.read({});  // functions may have any name: what is no command is found when the beginning is parsed
    if (const auto parsed = parse_commands(text.substr(begin, end - begin), context); !parsed) {
      if (!own.said) return std::nullopt;
      return fmt::format("{}{{ set +x; }} 2> /dev/null\nprintf %s {} >&2\nexit 2\n", text.substr(0, begin),
                         in_single_quotes(complaint(own, text, begin, name, bash)));
    }
    begin = end;
  }
  return std::nullopt;
}

}  // namespace lvs::control
