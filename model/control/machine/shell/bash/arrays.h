// SPDX-License-Identifier: GPL-2.0-or-later
// Arrays of bash. An element is a variable of its own ("NAME[0]", "NAME[key]"); "NAME[#]" is how many there are.
// "NAME[!]" lists their keys where these are not 0, 1, 2 and so on; "NAME[A]" is 1 after declare -A. Internal to the
// shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/expand.h"
#include "control/machine/shell/run.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {

// Keys in the order in which bash lists them; empty, too, if it is no array.
std::vector<std::string> array_keys(const ShellValues& values, const std::string& name);
// The key that `index` says, as written in ${NAME[index]}: text of a named array, a number of others. Nothing: `error`.
std::optional<std::string> array_key(const ShellValues& values, const std::string& name, const std::string& index,
                                     std::string& error);
// The variable that NAME[INDEX] is.
std::string element_variable(const ShellValues& values, const std::string& text);
bool has_key(const ShellValues& values, const std::string& name, const std::string& key);
void set_element(const ShellValues& values, const std::string& name, const std::string& key, std::string value,
                 bool adds);
void clear_array(const ShellValues& values, const std::string& name, bool named);

// NAME=VALUE and NAME+=VALUE of the shell's variables: of an array its first element, of declare -i a number. What is
// wrong with that number; "": nothing.
std::string set_variable(ShellScope& scope, const ShellValues& values, const Assignment& what, std::string value);

// NAME[INDEX]=VALUE and += as it stands in a line; nothing: it is another word.
struct ElementWords {
  ShellWord name, index, value;  // `name` with a '+' behind it
};
std::optional<ElementWords> element_words(const ShellWord& word);

// The words of mapfile -t NAME; and what it does with its input.
std::unique_ptr<Runner> run_mapfile(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                                    ShellRoot& root);
// unset NAME or NAME[KEY].
void unset_array(ShellScope& scope, const ShellValues& values, const std::string& word);

}  // namespace lvs::control
