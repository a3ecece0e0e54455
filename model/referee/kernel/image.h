// SPDX-License-Identifier: GPL-2.0-or-later
// Which kernel is the referee: Debian's package in real time, or one built with time travel, in virtual time.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lvs::referee {

enum class RefereeKind {
  best,          // in virtual time where such a kernel is found, else Debian's package
  virtual_time,  // CONFIG_UML_TIME_TRAVEL_SUPPORT: idle time is skipped, programs take no time
  package,       // linux.uml of Debian's package user-mode-linux, in real time
};

struct KernelChoice {
  RefereeKind kind = RefereeKind::best;
  std::string image;    // a kernel, or the folder that holds it as "linux"; empty: LVS_REFEREE_KERNEL, then the cache
  std::string version;  // "6.1", "6.12": which of several in the cache; empty: 6.1 if it is there
};

struct KernelImage {
  std::string program;  // absolute path
  std::string modules;  // the folder that holds those of its release
  std::string release;  // "6.1.192"
  bool virtual_time = false;
  bool security_options = true;  // reads the IP option of CIPSO (CONFIG_NETLABEL), as Debian's does
  unsigned recipe = 0;           // what it was built by (recipe/); 0: something else

  // A socket's proof of life goes with its packet over a veth pair, to the neighbour entries of other hosts
  // (recipe/cable.patch).
  bool marks_cross_cables() const { return recipe < 2; }
};

// What --referee says: "virtual" or "package". The error names the word.
base::Result<RefereeKind, std::string> parse_referee(std::string_view word);

// The error is for people: what is wrong with which file, and what to do. Looks, and runs nothing.
base::Result<KernelImage, std::string> find_kernel(const KernelChoice& choice);

// Where kernels built for the referee are kept, a folder a release; empty without a home.
std::string kernel_cache();

}  // namespace lvs::referee
