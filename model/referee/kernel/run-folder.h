// SPDX-License-Identifier: GPL-2.0-or-later
// The private folder of one boot (see exchange.h).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "control/lab/run.h"
#include "os/temporary-folder.h"
#include "referee/exchange.h"
#include "referee/kernel/image.h"

namespace lvs::referee {

// Made on construction, removed with everything in it at the end.
class RunFolder {
 public:
  RunFolder();

  const std::string& path() const { return folder_.path(); }
  std::string init() const { return path() + "/init"; }
  // The only folders that the kernel may write: its own files, and the results.
  std::vector<std::string> writable() const { return {path() + "/uml", path() + "/results"}; }

  // Everything that the kernel needs to start and to run the labs; `program` is the agent. The kernel to be started.
  KernelImage fill(const std::string& program, const KernelImage& image, const Plan& plan,
                   std::span<const control::Lab> labs) const;
  bool has_results(std::size_t index) const;
  // What lab number `index` did. Throws std::runtime_error where the run is worthless.
  control::LabRun collect(std::size_t index, const control::Lab& lab) const;

 private:
  os::TemporaryFolder folder_;
};

}  // namespace lvs::referee
