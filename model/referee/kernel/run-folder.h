// SPDX-License-Identifier: GPL-2.0-or-later
// The private folder of one boot (see exchange.h).
#pragma once

#include <span>
#include <string>

#include "control/lab/lab.h"
#include "control/lab/run.h"
#include "referee/exchange.h"

namespace lvs::referee {

// Made on construction, removed with everything in it at the end.
class RunFolder {
 public:
  RunFolder();
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string init() const { return path_ + "/init"; }

  // Everything that the kernel needs to start and to run the labs; `program` is the agent,
  // `modules` the folder that holds those of the kernel's release.
  void fill(const std::string& program, const std::string& modules, const Plan& plan,
            std::span<const control::Lab> labs) const;
  // What lab number `index` did. Throws std::runtime_error where the run is worthless.
  control::LabRun collect(std::size_t index, const control::Lab& lab) const;

 private:
  std::string path_;
};

}  // namespace lvs::referee
