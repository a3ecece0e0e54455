// SPDX-License-Identifier: GPL-2.0-or-later
// A script of sed as a value. Internal to sed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/words/regex.h"

namespace lvs::control::sed {

struct Address {
  bool again = false;    // an empty expression: the one used last
  bool zero = false;     // 0,/RE/: RE is looked for from the first line on
  std::size_t line = 0;  // 0: not by number
  bool last = false;
  std::optional<Regex> expression;
};

struct Edit {
  bool again = false;  // of s: an empty expression
  std::optional<Address> from, to;
  bool negated = false;
  char verb = 0;
  std::optional<Regex> expression;  // of s
  std::string replacement;          // of y: what stands for each character of `text`
  std::string text;                 // of a, i, c and y
  std::size_t end = 0;              // of {: the number of its }; of b and t: where they go
  bool global = false, prints = false;
  std::size_t which = 1;
  mutable bool inside = false;  // of a range
};

// The reason why the script is not modelled, or nothing.
std::string parse_script(std::string_view script, Regex::Syntax syntax, std::vector<Edit>& edits);

}  // namespace lvs::control::sed
