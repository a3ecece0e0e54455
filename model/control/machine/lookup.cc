// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>
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

// How many letters are to be changed, put in or taken out (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row.back();
}

// What may have been meant: there are too many commands to name them all in an error.
std::string names_like(std::string_view name) {
  constexpr std::size_t kLongest = 32;
  std::string names;
  for (const CommandEntry& each : all_commands()) {
    const bool begins = name.size() > 2 && (each.name.starts_with(name) || name.starts_with(each.name));
    const bool near = name.size() < kLongest && distance(name, each.name) <= std::min<std::size_t>(2, name.size() / 3);
    if (each.name.size() > 1 && (begins || near)) names += std::string(each.name) + ' ';
  }
  return names + "(all: lvs-lab commands)";
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
  return base::Error{
      SyntaxError{words.front().column, words.front().text, "this command is not modelled", names_like(name)}};
}

}  // namespace lvs::control
