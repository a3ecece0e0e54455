// SPDX-License-Identifier: GPL-2.0-or-later
// All mistakes of a text at once: the command with the first is taken out, and the text is looked at again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/machine/shell/shell.h"

namespace lvs::control {

// What is wrong with a text first, if anything.
using FirstError = std::function<std::optional<ScriptError>(const std::string& text)>;

// In the order of the text; at most twenty. What later ones find only because an earlier command is missing is left
// out.
std::vector<ScriptError> all_errors(std::string text, const FirstError& first);

// The text with ":" and blanks where the command is that has this place; nothing: there is none.
std::optional<std::string> without_command_at(const std::string& text, std::size_t line, std::size_t column);

}  // namespace lvs::control
