// SPDX-License-Identifier: GPL-2.0-or-later
// The commands that are modelled, by name.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

// Turns words (the program's name first, as typed) into a command.
using CommandParser = CommandResultOrError (*)(const std::vector<Word>& words);

struct CommandEntry {
  std::string_view name;
  CommandParser parse;
  std::string_view summary;  // one line: what of it is modelled
};

// What the shell finds outside itself. Members but `commands` may be null: then there is no such thing.
struct LinkedCommands {
  std::span<const CommandEntry> commands;      // in the order of names
  std::span<const CommandEntry> of_bash = {};  // built into bash otherwise than into dash
  CommandParser init_script = nullptr;         // /etc/init.d/NAME
  bool (*is_service)(std::string_view name) = nullptr;
};

// All commands of this layer (registry.cc). A program that needs few of them, and is not to be compiled with all, links
// a definition of its own in place of that file: scenarios/few-commands.
const LinkedCommands& linked_commands();

// In the order of names.
std::span<const CommandEntry> modelled_commands();

// Adds the commands of a layer above this one (daemons): once, when a program starts, before it parses anything. Names,
// summaries and parsers must outlive the program's use of them; a name that is there already is left as it is.
void add_commands(std::span<const CommandEntry> more);

bool is_modelled_command(std::string_view name);
// Does /etc/init.d/NAME stand for a service that is modelled?
bool is_service(std::string_view name);
// Is it a part of sh (dash), and no process of its own?
bool is_builtin(std::string_view name);

// What messages of parts of the shell begin with where they are made; the shell at work puts its own place there.
inline constexpr std::string_view kShellPlace = "/bin/sh: 1: ";

// Looks up the name, with or without one of the usual folders in front. `words` is not empty. `bash`: it is bash that
// asks.
CommandResultOrError parse_command(const std::vector<Word>& words, bool bash = false);

}  // namespace lvs::control
