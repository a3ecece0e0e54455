// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/options/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/statements/script-names.h"
#include "control/machine/usual/program-path.h"

namespace lvs::control {
namespace {

constexpr auto kReserved = std::to_array<std::string_view>(
    {"!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while", "{", "}"});

enum class Found : std::uint8_t { nothing, reserved, function, builtin, file };

// Where a command comes from; `path` of files.
Found find_name(const std::string& name, const ShellScope& scope, Machine& machine, std::string& path) {
  if (std::ranges::find(kReserved, name) != kReserved.end()) return Found::reserved;
  if (scope.functions.contains(name)) return Found::function;
  if (is_shell_builtin(name) || is_builtin(name)) return Found::builtin;
  path = name;
  if (name.find('/') != std::string::npos)
    return machine.files().status(Files::absolute(name, scope.folder)).executable() ? Found::file : Found::nothing;
  const FoundScript script = find_script(name, path_of(scope), machine.files());
  path = script.path;
  if (!path.empty() && !script.denied) return Found::file;
  path = program_path(name);
  return is_program_path(path) ? Found::file : Found::nothing;
}

// type -t NAMES
BuiltinResult name_kinds(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                         ShellRoot& root) {
  int status = 0;
  for (std::size_t i = 2; i < words.size(); ++i) {
    std::string path;
    switch (find_name(words[i].text, scope, root.machine(), path)) {
      case Found::nothing: status = 1; break;
      case Found::reserved: streams.out->write("keyword\n"); break;
      case Found::function: streams.out->write("function\n"); break;
      case Found::builtin: streams.out->write("builtin\n"); break;
      case Found::file: streams.out->write("file\n"); break;
    }
  }
  return {status};
}

}  // namespace

BuiltinResult run_which(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                        ShellRoot& root) {
  const bool type = words[0].text == "type";
  const bool brief = !type && words.size() > 1 && words[1].text == "-v";
  int status = 0;
  bool any = false;
  if (type && scope.bash && words.size() > 1 && words[1].text == "-t") return name_kinds(words, scope, streams, root);
  // `command` of dash looks at its first word alone.
  const std::size_t end = type || scope.bash ? words.size() : std::min<std::size_t>(words.size(), 3);
  for (std::size_t i = type ? 1 : 2; i < end; ++i) {
    const std::string& name = words[i].text;
    std::string path;
    const Found found = find_name(name, scope, root.machine(), path);
    if (found == Found::nothing) {
      status = scope.bash ? 1 : 127;
      if (brief) continue;
      const std::string text = scope.bash ? fmt::format("{}{}: {}: not found\n", place_of(scope), words[0].text, name)
                                          : fmt::format("{}: not found\n", name);
      (scope.bash ? streams.err : streams.out)->write(text);
      continue;
    }
    any = true;
    if (brief) {
      streams.out->write((found == Found::file ? path : name) + "\n");
      continue;
    }
    const std::string_view what = found == Found::reserved   ? "a shell keyword"
                                  : found == Found::function ? (scope.bash ? "a function" : "a shell function")
                                  : found == Found::builtin  ? "a shell builtin"
                                                             : std::string_view(path);
    streams.out->write(fmt::format("{} is {}\n", name, what));
  }
  return {brief && scope.bash && any ? 0 : status};
}

BuiltinResult run_hash(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                       ShellRoot& root) {
  int status = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string path;
    if (words[i].text == "-r" || find_name(words[i].text, scope, root.machine(), path) != Found::nothing) continue;
    streams.err->write(fmt::format("{}hash: {}: not found\n", place_of(scope), words[i].text));
    status = 1;
  }
  return {status};
}

std::optional<SyntaxError> check_shopt(const std::vector<Word>& words) {
  constexpr auto kModelled = std::to_array<std::string_view>(
      {"checkwinsize", "cmdhist", "expand_aliases", "histappend", "nullglob", "sourcepath"});
  const bool sets = words.size() > 1 && (words[1].text == "-s" || words[1].text == "-u");
  if (!sets || words.size() == 2)
    return SyntaxError{words.back().column, words.back().text, "not modelled here", "-s, -u NAMES"};
  for (std::size_t i = 2; i < words.size(); ++i)
    if (std::ranges::find(kModelled, words[i].text) == kModelled.end())
      return SyntaxError{words[i].column, words[i].text, "this option is not modelled", "nullglob"};
  return std::nullopt;
}

BuiltinResult run_shopt(const std::vector<Word>& words, ShellScope& scope) {
  for (std::size_t i = 2; i < words.size(); ++i)
    if (words[i].text == "nullglob") scope.drops_patterns = words[1].text == "-s";
  return {0};
}

std::vector<Word> as_export(const std::vector<Word>& words, const ShellScope& scope) {
  bool exports = false, everywhere = false, fixed = false;
  std::vector<Word> result{{scope.calls > 0 ? "local" : "declare", words.front().column}};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) {
      result.push_back(words[i]);
      continue;
    }
    exports = exports || (word[0] == '-' && word.find('x') != std::string::npos);
    everywhere = everywhere || word.find('g') != std::string::npos;
    fixed = fixed || (word[0] == '-' && word.find('r') != std::string::npos);
  }
  if (everywhere) result.front().text = "declare";
  if (fixed && result.front().text == "declare") result.front().text = "readonly";
  if (exports) result.front().text = "export";
  return result;
}

std::optional<SyntaxError> check_declare(const std::vector<Word>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.size() > 1 && word[0] == '-' && word.find_first_not_of("aAgirx", 1) != std::string::npos)
      return SyntaxError{words[i].column, word, "not modelled here", "-a -A -g -i -r -x NAME=VALUE"};
  }
  if (words.size() == 1) return SyntaxError{words[0].column, words[0].text, "not modelled without a NAME", {}};
  return std::nullopt;
}

}  // namespace lvs::control
