// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/machine/shell/statements/script-names.h"
#include "control/machine/shell/statements/statement.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

// Columns of a text of many lines count from its beginning.
ScriptError in_lines(std::string_view text, SyntaxError error) {
  const std::size_t at = std::min(error.column == 0 ? 0 : error.column - 1, text.size());
  const std::string_view before = text.substr(0, at);
  ScriptError result{1 + static_cast<std::size_t>(std::ranges::count(before, '\n')), std::move(error)};
  const std::size_t newline = before.rfind('\n');
  if (newline != std::string_view::npos) result.error.column = at - newline;
  return result;
}

}  // namespace

base::Result<ShellLinePtr, SyntaxError> parse_line(std::string_view text, const ScriptNames& scripts) {
  ParseContext context;
  context.scripts = scripts;
  find_script_names(text, context.scripts);
  auto chains = parse_commands(text, context);
  if (!chains) return base::Error{chains.error()};
  auto line = std::make_shared<ShellLine>();
  line->text = text;
  line->chains = std::move(*chains);
  if (auto error = check_words(line->chains, false, context.scripts)) return base::Error{std::move(*error)};
  return ShellLinePtr(std::move(line));
}

bool names_bash(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  return first.starts_with("#!") && first.find("bash") != std::string_view::npos;
}

base::Result<ShellScriptPtr, ScriptError> parse_shell_script(std::string_view text, std::optional<bool> bash,
                                                             const ScriptNames& scripts) {
  auto script = std::make_shared<ShellScript>();
  OwnError own;
  ParseContext context;
  context.bash = script->bash = bash ? *bash : names_bash(text);
  context.scripts = scripts;
  context.own = &own;
  find_script_names(text, context.scripts);
  auto chains = parse_commands(text, context);
  if (!chains) return base::Error{in_lines(text, chains.error())};
  script->chains = std::move(*chains);
  if (auto error = check_words(script->chains, true, context.scripts))
    return base::Error{in_lines(text, std::move(*error))};
  return ShellScriptPtr(std::move(script));
}

base::Result<ShellLinePtr, ScriptError> parse_statement(std::string_view before, std::string_view text,
                                                        const ScriptNames& scripts) {
  auto line = parse_line(std::string(before).append(text), scripts);
  if (line) {
    auto shown = std::make_shared<ShellLine>(**line);
    shown->text = text;
    return ShellLinePtr(std::move(shown));
  }
  SyntaxError error = line.error();
  if (error.column <= before.size() && !before.empty()) return base::Error{ScriptError{0, std::move(error)}};
  error.column -= before.size();
  return base::Error{in_lines(text, std::move(error))};
}

std::string ScriptError::text() const { return fmt::format("line {}: {}", line, error.text()); }

}  // namespace lvs::control
