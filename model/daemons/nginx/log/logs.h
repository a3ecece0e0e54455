// SPDX-License-Identifier: GPL-2.0-or-later
// The logs of an nginx: files of its machine, and what the command was started with.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/alarm.h"
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
  // A line may wait in the log's buffer until that is full, its time has come, or flush().
  // `slack`: by how much nginx takes the line for longer when it looks for room.
  void access(const AccessLogConf& log, control::Pid worker, std::string_view line, std::size_t slack = 0);
  void flush(control::Pid worker);
  // What waits is lost: its worker was killed.
  void forget(control::Pid worker) { buffers_.erase(worker); }
  void console(std::string_view text) { err_->write(text); }

  // Since 1970.
  base::Time time() const { return machine_.epoch + machine_.host().now(); }
  std::string stamp(LogLevel level, control::Pid pid) const;

 private:
  struct Buffer {
    Buffer(host::Host& host, std::function<void()> full) : alarm(host, std::move(full)) {}
    std::string text;
    control::Alarm alarm;
  };
  void write(const std::string& path, std::string_view text);
  void flush(const std::string& path, Buffer& buffer);

  control::Machine& machine_;
  control::OutputPtr out_, err_;
  std::map<std::string, control::OutputPtr> files_;
  std::map<control::Pid, std::map<std::string, std::unique_ptr<Buffer>>> buffers_;  // each worker has its own
};

}  // namespace lvs::nginx
