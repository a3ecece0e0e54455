// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of keepalived (Debian's 2.2.7).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/words/word.h"

namespace lvs::keepalived {

struct Options {
  std::vector<std::string> arguments;  // the program's name first
  std::string conf = "/etc/keepalived/keepalived.conf";
  std::string id;
  std::string parent_pid = "/run/keepalived.pid", vrrp_pid = "/run/vrrp.pid", checkers_pid = "/run/checkers.pid";
  bool stay = false;     // -n
  bool console = false;  // -l
  bool detail = false;   // -D
  bool dump = false;     // -d: its children log what they have read
  bool no_syslog = false;
  bool vrrp = true, checkers = true;
  bool test = false;        // -t
  bool no_respawn = false;  // -R
  bool keep_vrrp = false;   // -V: addresses stay at the end
  bool keep_ipvs = false;   // -I

  // Says this and ends: --help, --version, --signum, mistakes. `out` without a status: words that are no options, which
  // keepalived passes over; its buffer comes out where it ends by itself (-t).
  std::string out, err;
  std::optional<int> status;
};

// An error: known to keepalived and not modelled.
std::optional<control::SyntaxError> parse_options(const std::vector<control::Word>& words, Options& options);

}  // namespace lvs::keepalived
