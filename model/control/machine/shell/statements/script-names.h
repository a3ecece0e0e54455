// SPDX-License-Identifier: GPL-2.0-or-later
// Scripts in folders of PATH, called by their bare names.
#pragma once

#include <string>
#include <string_view>

#include "control/machine/files.h"
#include "control/machine/shell/run.h"

namespace lvs::control {

// Adds the names that a text has below a folder called bin or sbin (/usr/local/bin/NAME, ~/bin/NAME): it writes a
// script there, or will find one.
void find_script_names(std::string_view text, ScriptNames& names);

// function, select, coproc: reserved in bash, and names of nothing in sh.
bool is_bash_word(std::string_view name);

// No program has such a name, on any system: "[0" of `[$? -eq 0]`, "RS[*]", "i++", words in typographic quotes.
bool names_nothing(std::string_view name);

// $PATH
std::string_view path_of(const ShellScope& scope);

// What of the folders of `path` is a script.
ScriptNames scripts_on(std::string_view path, Files& files);

// Where a shell finds NAME before it comes to a program of the system.
struct FoundScript {
  std::string path{};   // empty: nowhere
  bool denied = false;  // what is there cannot be run
};
FoundScript find_script(const std::string& name, std::string_view path, Files& files);

}  // namespace lvs::control
