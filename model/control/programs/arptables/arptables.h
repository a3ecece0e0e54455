// SPDX-License-Identifier: GPL-2.0-or-later
// arptables (legacy) 0.0.5, parsed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/machine/command.h"
#include "host/netfilter/arptables.h"

namespace lvs::control {

// Everything that a line of arptables says.
struct ArpTablesLine {
  char command = 0;  // the letter; 'd' for -D with a number, 'Q' for -L with -Z
  std::optional<std::string> chain;
  std::string operand;        // of -E and -P
  std::size_t number = 0;     // of -I, -R, -D, from 1
  host::ArpRule rule;         // with the counters that -c names
  std::string target;         // -j
  bool named_target = false;  // `target` is mangle, or a verdict, and no chain
  bool verbose = false, numeric = false, line_numbers = false;
  std::string notes;  // printed before anything else
};

// A rule as -L prints it, without the newline.
std::string arptables_text(const host::ArpRule& rule, const ArpTablesLine& line, bool counters);

int run_arptables(Machine& machine, Io& io, const ArpTablesLine& line);

}  // namespace lvs::control
