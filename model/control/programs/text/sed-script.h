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
  enum class Kind : unsigned char {
    line,        // N
    last,        // $
    expression,  // /RE/; without one, // is the one used last
    step,        // N~STEP
    after,       // +N behind the first address
    multiple     // ~N: up to the next line that is a multiple of N
  };
  Kind kind = Kind::line;
  std::size_t line = 0, step = 0;
  std::optional<Regex> expression;
};

struct Edit {
  std::optional<Address> from, to;
  bool negated = false;
  char verb = 0;
  std::optional<Regex> expression;  // of s; none: the one used last
  std::string replacement;          // of y: what stands for each character of `text`
  int status = 0;                   // of q and Q
  std::string text;                 // of a, i, c and y
  std::size_t end = 0;              // of {: the number of its }; of b and t: where they go
  bool global = false, prints = false;
  std::size_t which = 1;
  mutable bool inside = false;    // of a range
  mutable std::size_t until = 0;  // of a range that ends by number
};

// The reason why the script is not modelled, or nothing.
std::string parse_script(std::string_view script, Regex::Syntax syntax, std::vector<Edit>& edits);

}  // namespace lvs::control::sed
