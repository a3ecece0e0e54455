// SPDX-License-Identifier: GPL-2.0-or-later
// Backslash sequences of echo and printf, as dash (bltin/printf.c: conv_escape()) and bash (builtins/printf.def:
// bexpand(), lib/sh/strtrans.c: ansicstr()) read them.
#pragma once

#include <string>
#include <string_view>

namespace lvs::control {

struct EscapeRules {
  bool zero_octal = false;        // \0NNN; \NNN is octal as well where `plain_octal`
  bool plain_octal = true;        // \NNN
  bool ends = false;              // \c ends all output
  bool hex = false;               // \xHH, \uHHHH, \UHHHHHHHH
  std::string_view extra = {};    // letters that stand for themselves: \" of bash's formats
  std::string_view escape = "e";  // letters for ESC: bash knows \E, too
};
inline constexpr EscapeRules kDashFormat{}, kDashArgument{.zero_octal = true, .ends = true};  // and of its echo
inline constexpr EscapeRules kBashFormat{.hex = true, .extra = "\"'?", .escape = "eE"};
inline constexpr EscapeRules kBashArgument{.zero_octal = true, .ends = true, .hex = true, .escape = "eE"};
inline constexpr EscapeRules kBashEcho{
    .zero_octal = true, .plain_octal = false, .ends = true, .hex = true, .escape = "eE"};

// Takes the sequence at the front of `text`, which begins with a backslash. False: all output ends here.
bool take_escape(std::string_view& text, const EscapeRules& rules, std::string& out);
// All of `text`. False: all output ends behind what was appended.
bool append_unescaped(std::string_view text, const EscapeRules& rules, std::string& out);

}  // namespace lvs::control
