// SPDX-License-Identifier: GPL-2.0-or-later
// The master: listens, starts the workers and starts them again, reads its configuration anew (nginx:
// ngx_process_cycle.c, ngx_cycle.c).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/nginx/conf/read.h"
#include "daemons/nginx/daemon/options.h"
#include "daemons/nginx/daemon/worker.h"

namespace lvs::nginx {

class Master {
 public:
  // `done` is called when it has ended by itself.
  Master(control::Machine& machine, control::Pid pid, Options options, std::shared_ptr<Logs> logs,
         std::function<void(int)> done);
  ~Master();
  Master(const Master&) = delete;
  Master& operator=(const Master&) = delete;

  // Opens logs and sockets, and starts to work. Addresses in use are tried for a while: `ready` is told how it went.
  void start(Conf conf, std::function<void(int status)> ready);
  bool take_signal(int signal);
  // Its process has ended: workers go on without it.
  void abandon();

 private:
  void line(LogLevel level, const std::string& text) const;
  bool open_logs(const Generation& generation);
  // What failed, to be tried again; false: it is of no use.
  bool open_sockets(const Generation& generation, bool& in_use);
  void try_sockets();
  void begin();
  void start_workers();
  void start_worker();
  void worker_ended(control::Pid pid, control::ExitStatus status);
  void reload();
  void stop(int signal);
  void finish();
  std::string pid_file() const { return generation_->conf().pid.value_or("/run/nginx.pid"); }

  control::Machine& machine_;
  control::Pid pid_;
  Options options_;
  std::shared_ptr<Shared> shared_;
  std::function<void(int)> done_, ready_;
  std::shared_ptr<Generation> generation_;
  std::set<control::Pid> workers_, old_workers_;
  std::vector<std::pair<control::Pid, control::ExitStatus>> ended_;  // of which it has not heard yet
  bool stopping_ = false;
  unsigned tries_ = 0;
  control::Alarm again_, hear_;
};

// Tries to listen on all that a configuration wants, for `nginx -t`: the message of what would fail, or nothing.
std::string test_sockets(control::Machine& machine, const Generation& generation);

}  // namespace lvs::nginx
