// SPDX-License-Identifier: GPL-2.0-or-later
// The walks of a lab at work, from the trace that it writes meanwhile.
#pragma once

#include <string>
#include <string_view>

#include "trace/file/index.h"

namespace lvs::scenarios {

class ShellWalks {
 public:
  ShellWalks(std::string file, bool colours) : file_(std::move(file)), colours_(colours) {}

  // The walk of that number as lvs-trace prints it; "": the last one that is no ARP packet's.
  std::string walk(std::string_view number);
  // Those that have begun since this was asked for last.
  std::string list();

 private:
  std::string update();  // empty, or what is wrong

  std::string file_;
  bool colours_;
  trace::TraceIndex index_;
  bool open_ = false;
  std::size_t listed_ = 0;
};

}  // namespace lvs::scenarios
