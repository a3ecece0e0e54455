// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of nginx.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/words/word.h"

namespace lvs::nginx {

struct Options {
  std::vector<std::string> arguments;  // the program's name first
  std::string conf = "/etc/nginx/nginx.conf";
  std::string directives;  // -g
  std::string signal;      // -s
  bool test = false, dump = false, quiet = false;

  // Says this and ends: -v, -h, mistakes.
  std::string err;
  std::optional<int> status;
};

// An error: known to nginx and not modelled.
std::optional<control::SyntaxError> parse_options(const std::vector<control::Word>& words, Options& options);

}  // namespace lvs::nginx
