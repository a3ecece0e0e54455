// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/parent.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "control/machine/signals.h"
#include "daemons/keepalived/daemon/checker-child.h"
#include "daemons/keepalived/daemon/machine-host.h"
#include "daemons/keepalived/daemon/texts.h"
#include "daemons/keepalived/daemon/vrrp-child.h"
#include "daemons/keepalived/dump/dump.h"

namespace lvs::keepalived {
namespace {

constexpr int kConfigError = 2, kNoConfig = 6;

}  // namespace

Parent::Parent(control::Machine& machine, control::Pid pid, Options options, Log log, std::function<void(int)> done)
    : machine_(machine),
      pid_(pid),
      options_(std::move(options)),
      log_(std::move(log)),
      done_(std::move(done)),
      checkers_{.restart = control::Alarm(machine.host(), [this] { start_child(checkers_); }), .name = "Healthcheck"},
      vrrp_{.restart = control::Alarm(machine.host(), [this] { start_child(vrrp_); }), .name = "VRRP"},
      link_(std::make_shared<ParentLink>()),
      finish_(machine.host(), [this] { finish(); }),
      failed_to_die_(machine.host(),
                     [this] {
                       for (ChildState* child : {&vrrp_, &checkers_}) {
                         if (child->pid == 0) continue;
                         line(fmt::format("{} process failed to die - forcing termination", child->name));
                         machine_.processes().send(child->pid, control::kSigKill);
                       }
                     }),
      hear_(machine.host(),
            [this] {
              for (const Ended& each : std::exchange(ended_, {})) child_ended(each.pid, each.status);
            }),
      reported_(machine.host(), [this] { hear_reports(); }),
      print_(machine.host(), [this] {
        line(fmt::format("Printing parent data for process({}) on signal", pid_));
        const ScriptUserSearch search = look_for_script_user(conf_.global);
        write_dump(machine_, kParentDataFile, dump_global(conf_.global, false));
        if (search.log != nullptr) line(search.log);
        if (search.error != nullptr) line(search.error);
      }) {
  // It hears of it after what happens at this moment: who is killed together with a child hears nothing.
  link_->ended = [this](control::Pid child, control::ExitStatus status) {
    ended_.push_back({child, status});
    hear_.set_after({});
  };
  link_->hears = [this] { hear_reports(); };
  link_->has_read = [this](bool again) {
    if (!again || hears_at_once()) return child_has_read();
    ++reports_;
    reported_.set_after({});
  };
}

Parent::~Parent() { abandon(); }

void Parent::abandon() {
  link_->ended = {};
  link_->hears = {};
  link_->has_read = {};
  for (control::Alarm* alarm :
       {&finish_, &failed_to_die_, &hear_, &reported_, &print_, &vrrp_.restart, &checkers_.restart})
    alarm->clear();
}

std::optional<int> Parent::read() {
  line(fmt::format("Starting {}", kVersion));
  line(fmt::format("Running on {} (built for {})", kKernel, kBuiltFor));
  std::string command = "Command line:";
  for (const std::string& word : options_.arguments) command += " '" + word + "'";
  line(command);
  ConfReading reading = read_conf({options_.conf, options_.id, false, nullptr, options_.detail}, ConfReaderKind::parent,
                                  MachineHost(machine_));
  for (const auto& message : reading.report.messages()) line(message.text);
  if (!reading.opened || reading.report.stopped() || reading.report.misses_file()) {
    if (reading.report.misses_file()) tell_usage();
    line(fmt::format("Stopped {}", kVersion));
    return reading.opened && !reading.report.misses_file() ? kConfigError : kNoConfig;
  }
  conf_ = std::move(reading.conf);
  if (is_running(options_.parent_pid) || (options_.vrrp && is_running(options_.vrrp_pid)) ||
      (options_.checkers && is_running(options_.checkers_pid))) {
    line("daemon is already running");
    return 0;
  }
  return std::nullopt;
}

// Files that killed processes have left are removed (keepalived: process_running()).
bool Parent::is_running(const std::string& pid_file) {
  const auto file = machine_.files().read(pid_file);
  if (file.error != control::FileError::none) return false;
  if (machine_.processes().find(static_cast<control::Pid>(std::atoi(file.text.c_str()))) != nullptr) return true;
  line(fmt::format("Remove a zombie pid file {}", pid_file));
  machine_.files().remove(pid_file);
  return false;
}

void Parent::start() {
  machine_.files().truncate(options_.parent_pid);
  machine_.files().append(options_.parent_pid, std::to_string(pid_) + "\n");
  if (!conf_.global.max_auto_priority_set)
    line("NOTICE: setting config option max_auto_priority should result in better keepalived performance");
  checkers_.wanted = options_.checkers && conf_.has_checkers;
  vrrp_.wanted = options_.vrrp && conf_.has_vrrp;
  if (!checkers_.wanted && !vrrp_.wanted) line("Warning - keepalived has no configuration to run");
  reading_ = (checkers_.wanted ? 1 : 0) + (vrrp_.wanted ? 1 : 0);
  // The child that is forked last has the processor first.
  Child* const checkers = checkers_.wanted ? &fork_child(checkers_) : nullptr;
  if (vrrp_.wanted) fork_child(vrrp_).begin();
  if (checkers != nullptr) checkers->begin();
}

Child& Parent::fork_child(ChildState& child) {
  std::unique_ptr<Child> process;
  if (&child == &vrrp_) {
    process = std::make_unique<VrrpChild>(machine_, pid_, options_, log_, conf_.global, link_);
  } else {
    process = std::make_unique<CheckerChild>(machine_, pid_, options_, log_, conf_.global, link_);
  }
  child.pid = process->pid();
  child.started = machine_.host().now();
  line(fmt::format("Starting {} child process, pid={}", child.name, child.pid));
  Child& running = *process;
  machine_.processes().adopt(std::move(process));
  return running;
}

// Quick deaths, one after the other, are answered later and later.
unsigned Parent::restart_delay(ChildState& child) {
  if (machine_.host().now() - child.started >= std::chrono::minutes(1)) {
    child.next_delay = 0;
    return 0;
  }
  const unsigned delay = child.next_delay;
  child.next_delay = delay == 0 ? 1 : delay > 30 ? 60 : delay * 2;
  line(fmt::format("Restart of {} process delayed {} seconds to limit respawn rate", child.name, delay));
  return delay;
}

void Parent::child_ended(control::Pid pid, control::ExitStatus status) {
  ChildState& child = vrrp_.pid == pid ? vrrp_ : checkers_;
  if (child.pid != pid) return;
  child.pid = 0;
  if (status.signal != 0) {
    line(fmt::format("pid {} exited due to signal {} ({}){}", pid, status.signal, control::signal_text(status.signal),
                     status.signal == control::kSigKill ? " - has rlimit_rttime been exceeded?" : ""));
  } else if (status.code == kConfigError) {
    line(fmt::format("pid {} exited with permanent error CONFIG. Terminating", pid));
    status_ = kConfigError;
  } else if (status.code != 0) {
    line(fmt::format("pid {} exited with status {}", pid, status.code));
  }
  if (stopping_) {
    if (vrrp_.pid == 0 && checkers_.pid == 0) finish_.set_after({});
    return;
  }
  if (status.signal == 0 && status.code == kConfigError) return stop(kConfigError);
  if (options_.no_respawn) {
    line(fmt::format("{} child process({}) died: Exiting", child.name, pid));
    return stop(0);
  }
  line(fmt::format("{} child process({}) died: Respawning", child.name, pid));
  line("  Please log an issue at https://github.com/acassen/keepalived/issues/");
  line("  and include a full copy of your keepalived configuration files, and");
  line("  copies of the keepalived system log entries around the time this happened");
  const unsigned delay = restart_delay(child);
  child.restart.set_after(std::chrono::seconds(delay));
}

void Parent::child_has_read() {
  if (reading_ == 0) {
    line("read eventfd count 1, num_reloading 0");
    return;
  }
  if (--reading_ != 0) return;
  line(reloading_ ? "Reload complete" : "Startup complete");
  reloading_ = false;
  started_ = true;
}

void Parent::hear_reports() {
  for (unsigned left = std::exchange(reports_, 0); left != 0; --left) child_has_read();
}

void Parent::reload() {
  line("Reloading ...");
  ConfReading reading = read_conf({options_.conf, options_.id, false, nullptr, options_.detail}, ConfReaderKind::parent,
                                  MachineHost(machine_));
  for (const auto& message : reading.report.messages()) line(message.text);
  // Then there is nothing in it.
  if (!reading.opened) line("Failed to open configuration file");
  conf_ = std::move(reading.conf);
  reloading_ = true;
  reading_ = 0;
  const auto tell = [&](ChildState& child, bool wanted) {
    child.wanted = wanted;
    if (child.pid != 0) {
      machine_.processes().send(child.pid, control::kSigHup);
      ++reading_;
    } else if (wanted) {
      start_child(child);
      ++reading_;
    }
  };
  tell(vrrp_, options_.vrrp && conf_.has_vrrp);
  tell(checkers_, options_.checkers && conf_.has_checkers);
}

bool Parent::take_signal(int signal) {
  if (signal == control::kSigTerm || signal == control::kSigInt) {
    stop(0);
    return true;
  }
  if (signal == control::kSigHup) {
    if (!stopping_) reload();
    return true;
  }
  if (signal == control::kSigUsr1 || signal == control::kSigUsr2) {
    if (vrrp_.pid != 0) machine_.processes().send(vrrp_.pid, signal);
    if (checkers_.pid != 0 && signal == control::kSigUsr1) machine_.processes().send(checkers_.pid, signal);
    if (signal == control::kSigUsr1) print_.set_after({});
    return true;
  }
  if (signal == kSigJson || signal == kSigStatsClear) {
    if (vrrp_.pid != 0) machine_.processes().send(vrrp_.pid, signal);
    return true;
  }
  return signal == control::kSigPipe;
}

void Parent::stop(int status) {
  if (std::exchange(stopping_, true)) return;
  status_ = status;
  if (status == 0) line("Stopping");
  vrrp_.restart.clear();
  checkers_.restart.clear();
  bool waits = false;
  for (ChildState* child : {&vrrp_, &checkers_}) {
    if (child->pid == 0) continue;
    machine_.processes().send(child->pid, control::kSigTerm);
    waits = true;
  }
  if (waits) {
    failed_to_die_.set_after(conf_.global.child_wait);
  } else {
    finish_.set_after({});
  }
}

void Parent::tell_usage() const {
  if (options_.detail) line("CPU usage (self/children) user: 0.000000/0.000000 system: 0.000000/0.000000");
}

void Parent::finish() {
  failed_to_die_.clear();
  machine_.files().remove(options_.parent_pid);
  tell_usage();
  line(fmt::format("Stopped {}", kVersion));
  done_(status_);
}

}  // namespace lvs::keepalived
