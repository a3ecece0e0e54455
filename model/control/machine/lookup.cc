// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "control/machine/registry.h"
#include "control/machine/usual/refused.h"

namespace lvs::control {
namespace {

constexpr auto kProgramFolders =
    std::to_array<std::string_view>({"/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"});

// These and those of the layers above, in the order of names.
std::vector<CommandEntry>& all_commands() {
  static std::vector<CommandEntry> all(linked_commands().commands.begin(), linked_commands().commands.end());
  return all;
}

}  // namespace

void add_commands(std::span<const CommandEntry> more) {
  auto& all = all_commands();
  for (const CommandEntry& each : more) {
    const auto at = std::ranges::lower_bound(all, each.name, {}, &CommandEntry::name);
    if (at == all.end() || at->name != each.name) all.insert(at, each);
  }
}

std::span<const CommandEntry> modelled_commands() { return all_commands(); }

bool is_modelled_command(std::string_view name) {
  const auto commands = modelled_commands();
  return std::ranges::find(commands, name, &CommandEntry::name) != commands.end();
}

bool is_builtin(std::string_view name) {
  static constexpr auto kBuiltins = std::to_array<std::string_view>(
      {":",      ".",     "[",       "break", "cd",    "command", "continue", "echo",  "eval",     "exec",   "exit",
       "export", "false", "getopts", "kill",  "local", "printf",  "pwd",      "read",  "readonly", "return", "set",
       "shift",  "test",  "times",   "trap",  "true",  "type",    "ulimit",   "umask", "unset",    "wait"});
  return std::ranges::find(kBuiltins, name) != kBuiltins.end();
}

CommandResultOrError parse_command(const std::vector<Word>& words, bool bash) {
  const auto of_bash = bash ? linked_commands().of_bash : std::span<const CommandEntry>();
  if (const auto entry = std::ranges::find(of_bash, words.front().text, &CommandEntry::name); entry != of_bash.end())
    return entry->parse(words);
  std::string_view name = words.front().text;
  for (const std::string_view folder : kProgramFolders) {
    if (name.starts_with(folder)) {
      name.remove_prefix(folder.size());
      break;
    }
  }
  constexpr std::string_view kInitScripts[] = {"/etc/init.d/", "/etc/rc.d/init.d/"};
  for (const std::string_view folder : kInitScripts)
    if (name.starts_with(folder) && linked_commands().init_script) return linked_commands().init_script(words);
  const auto commands = modelled_commands();
  const auto entry = std::ranges::find(commands, name, &CommandEntry::name);
  if (entry != commands.end()) return entry->parse(words);
  if (const std::string_view instead = instead_of(name); !instead.empty())
    return base::Error{SyntaxError{
        words.front().column, words.front().text, "this command is not modelled: " + std::string(instead), {}}};
  std::string known;
  for (const CommandEntry& each : commands) {
    if (!known.empty()) known += ' ';
    known += each.name;
  }
  return base::Error{SyntaxError{words.front().column, words.front().text, "this command is not modelled", known}};
}

}  // namespace lvs::control
