// SPDX-License-Identifier: GPL-2.0-or-later
// The parent of a keepalived: reads the configuration, starts the children and starts them again (keepalived:
// core/main.c). In the foreground (-n) it is the command's own process, else one of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/keepalived/daemon/child.h"

namespace lvs::keepalived {

class Parent {
 public:
  // `done` is called when it has ended by itself, with its status.
  Parent(control::Machine& machine, control::Pid pid, Options options, Log log, std::function<void(int)> done);
  // It is gone without a word, as after SIGKILL.
  ~Parent();
  Parent(const Parent&) = delete;
  Parent& operator=(const Parent&) = delete;

  // Up to where keepalived leaves the terminal. A status: it has ended.
  std::optional<int> read();
  void start();
  bool take_signal(int signal);
  // Its process has ended: nothing that children do reaches it any more.
  void abandon();

 private:
  enum class Which : std::uint8_t { checkers, vrrp };
  struct ChildState {
    control::Pid pid = 0;  // 0: it does not run
    bool wanted = false;
    base::Time started{};
    unsigned next_delay = 0;  // seconds
    control::Alarm restart;
    const char* name;
  };

  void line(const std::string& text) const { log_.line("Keepalived", pid_, text); }
  bool is_running(const std::string& pid_file);
  Child& fork_child(ChildState& child);
  void start_child(ChildState& child) { fork_child(child).begin(); }
  void child_ended(control::Pid pid, control::ExitStatus status);
  void child_has_read();
  // Of reloads: who shares a terminal with one child has the processor in the middle of its work, all others behind it.
  bool hears_at_once() const { return options_.stay && (checkers_.pid == 0 || vrrp_.pid == 0); }
  void hear_reports();
  void reload();
  void stop(int status);
  void finish();
  void tell_usage() const;
  unsigned restart_delay(ChildState& child);
  ChildState& of(Which which) { return which == Which::vrrp ? vrrp_ : checkers_; }

  control::Machine& machine_;
  control::Pid pid_;
  Options options_;
  Log log_;
  std::function<void(int)> done_;
  Conf conf_;
  ChildState checkers_, vrrp_;
  std::shared_ptr<ParentLink> link_;
  unsigned reading_ = 0;  // children that have not read the configuration yet
  unsigned reports_ = 0;  // of reloads, that it has not heard of yet
  bool started_ = false, reloading_ = false;
  bool stopping_ = false;
  int status_ = 0;
  struct Ended {
    control::Pid pid;
    control::ExitStatus status;
  };
  std::vector<Ended> ended_;  // children, of which it has not heard yet (SIGCHLD)
  control::Alarm finish_, failed_to_die_, hear_, reported_, print_;
};

}  // namespace lvs::keepalived
