// SPDX-License-Identifier: GPL-2.0-or-later
// Bounds of one lab inside the kernel: processes and memory of all its hosts, and what its lines may print. Each that
// was met is named.
#pragma once

#include <cstddef>
#include <string>

#include "os/fd.h"

namespace lvs::referee {

// Once, before the first lab: where the bounds are kept (control groups, as far as this kernel has them).
void prepare_limits(const std::string& folder);

class LabLimits {
 public:
  // `name` is the lab's own below the folder of prepare_limits(); `output` becomes a folder that holds so much.
  LabLimits(const std::string& folder, const std::string& name, std::string output);
  ~LabLimits();
  LabLimits(const LabLimits&) = delete;
  LabLimits& operator=(const LabLimits&) = delete;

  // This process and what it starts count from now on.
  void enter() const;
  // Which bound was met; empty: none.
  std::string met() const;

 private:
  std::string group_;  // empty: the kernel has no control groups for it
  std::string output_;
};

}  // namespace lvs::referee
