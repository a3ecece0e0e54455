// SPDX-License-Identifier: GPL-2.0-or-later
// A line of sh text at work, in virtual time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "control/machine/process.h"
#include "control/machine/shell/shell.h"
#include "control/machine/stream.h"

namespace lvs::control {

class Machine;
class Job;

class LineRun {
 public:
  // `parent`: whose child the shell is.
  LineRun(Machine& machine, ShellLinePtr line, std::function<void(const LineRun&)> done, Pid parent = kInit);
  ~LineRun();
  LineRun(const LineRun&) = delete;
  LineRun& operator=(const LineRun&) = delete;

  void begin();

  const std::string& text() const { return line_->text; }
  base::Time started() const { return started_; }
  bool finished() const { return finished_; }  // the foreground; background jobs may go on
  bool idle() const;                           // background jobs have ended, too
  int status() const { return status_; }       // as sh's $?, once finished
  const std::string& out() const { return out_->text(); }
  const std::string& err() const { return err_->text(); }
  // Of the shell's process, once begun.
  Pid pid() const;

 private:
  friend class Job;

  // Of a job in the background; see ShellRoot.
  int background_status(Pid pid, Pid except) const;

  Machine& machine_;
  ShellLinePtr line_;
  std::function<void(const LineRun&)> done_;
  Pid parent_;
  base::Time started_{};
  bool finished_ = false;
  int status_ = 0;
  // Background jobs and daemons may hold them longer.
  std::shared_ptr<TextOutput> out_ = std::make_shared<TextOutput>(), err_ = std::make_shared<TextOutput>();
  std::vector<std::unique_ptr<Job>> jobs_;  // the foreground first
};

}  // namespace lvs::control
