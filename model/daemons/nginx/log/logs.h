// SPDX-License-Identifier: GPL-2.0-or-later
// The logs of an nginx: files of its machine, and what the command was started with.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/machine.h"
#include "control/machine/stream.h"
#include "daemons/nginx/conf/values.h"

namespace lvs::nginx {

class Logs {
 public:
  Logs(control::Machine& machine, control::OutputPtr out, control::OutputPtr err)
      : machine_(machine), out_(std::move(out)), err_(std::move(err)) {}

  // Opens a file, once; the reason if it cannot be: "open() "/x/y" failed (2: No such file or directory)".
  std::string open(const std::string& path);
  void reopen();

  // To those of `logs` that want lines of this level; to standard error where there are none.
  void error(const std::vector<ErrorLogConf>& logs, LogLevel level, control::Pid pid, std::string_view text);
  void access(const std::string& path, std::string_view line);
  void console(std::string_view text) { err_->write(text); }

  // Since 1970.
  base::Time time() const { return machine_.epoch + machine_.host().now(); }
  std::string stamp(LogLevel level, control::Pid pid) const;

 private:
  void write(const std::string& path, std::string_view text);

  control::Machine& machine_;
  control::OutputPtr out_, err_;
  std::map<std::string, control::OutputPtr> files_;
};

}  // namespace lvs::nginx
