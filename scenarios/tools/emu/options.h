// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of lvs-emu.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "os/tap.h"

namespace lvs::scenarios {

struct EmuOptions {
  std::string lab;       // folder or name; empty: a director alone
  std::string commands;  // file of the director's commands
  std::vector<os::TapPlug> taps;
  std::set<std::string, std::less<>> real;  // hosts of the lab that are real machines
  std::optional<base::Time> until;          // since the startup lines have run
  std::string control, pidfile, user;
  std::string trace;
  std::uint64_t trace_size = 0;  // bytes of one file, 0: one file without end
  unsigned trace_files = 8;      // kept
  bool offload = true;
  bool check = false;
  bool quiet = false;
  bool help = false;
};

extern const char* const kEmuUsage;

// The error is one line for people.
base::Result<EmuOptions, std::string> parse_emu_options(const std::vector<std::string>& words);

// "director", "real,..." : names separated by commas are added to `names`. False when one is empty.
bool add_names(const std::string& text, std::set<std::string, std::less<>>& names);

}  // namespace lvs::scenarios
