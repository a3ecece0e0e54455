// SPDX-License-Identifier: GPL-2.0-or-later
// A line of sh text at work, in virtual time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {

class Machine;
class Job;

class LineRun {
 public:
  LineRun(Machine& machine, ShellLinePtr line, std::function<void(const LineRun&)> done);
  ~LineRun();
  LineRun(const LineRun&) = delete;
  LineRun& operator=(const LineRun&) = delete;

  void begin();

  const std::string& text() const { return line_->text; }
  base::Time started() const { return started_; }
  bool finished() const { return finished_; }  // the foreground; background jobs may go on
  bool idle() const;                           // background jobs have ended, too
  int status() const { return status_; }       // as sh's $?, once finished
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  friend class Job;

  Machine& machine_;
  ShellLinePtr line_;
  std::function<void(const LineRun&)> done_;
  base::Time started_{};
  bool finished_ = false;
  int status_ = 0;
  std::string out_;
  std::string err_;
  std::vector<std::unique_ptr<Job>> jobs_;  // the foreground first
};

}  // namespace lvs::control
