// SPDX-License-Identifier: GPL-2.0-or-later
// The command keepalived of a modelled machine.
#include "daemons/keepalived/daemon/command.h"

#include <memory>
#include <utility>

#include "daemons/keepalived/conf/grammar/read.h"
#include "daemons/keepalived/daemon/machine-host.h"
#include "daemons/keepalived/daemon/options.h"
#include "daemons/keepalived/daemon/parent.h"

namespace lvs::keepalived {
namespace {

using control::Io;
using control::Machine;

Log log_of(Machine& machine, const Io& io, const Options& options) {
  return {&machine, options.console ? io.err : nullptr, !options.no_syslog, options.detail};
}

// keepalived -n: the command's process is the parent.
class Foreground final : public control::Task {
 public:
  Foreground(Machine& machine, const Io& io, const Options& options, control::Done done)
      : parent_(machine, io.pid, options, log_of(machine, io, options), std::move(done)) {}

  Parent& parent() { return parent_; }
  bool take_signal(int signal) override { return parent_.take_signal(signal); }

 private:
  Parent parent_;
};

// Without -n: a process of its own, and the command ends.
class Background final : public control::Process {
 public:
  Background(Machine& machine, const Io& io, const Options& options)
      : Process(machine, control::kInit, options.arguments),
        parent_(std::make_unique<Parent>(machine, pid(), options, daemon_log(machine, io, options),
                                         [this](int status) { exit(status); })) {}

  Parent& parent() { return *parent_; }

 private:
  // A daemon has no console.
  static Log daemon_log(Machine& machine, const Io& io, const Options& options) {
    Log log = log_of(machine, io, options);
    log.console = nullptr;
    return log;
  }
  bool take_signal(int signal) override { return parent_ && parent_->take_signal(signal); }
  void ended(control::ExitStatus) override { parent_->abandon(); }

  std::unique_ptr<Parent> parent_;
};

class Keepalived final : public control::Command {
 public:
  explicit Keepalived(Options options) : options_(std::move(options)) {}

  std::unique_ptr<control::Task> start(Machine& machine, Io& io, control::Done done) const override {
    const ConfRequest request{options_.conf, options_.id, options_.test, nullptr};
    const MachineHost host(machine);
    if (const auto refused = refused_of(request, host); !refused.empty()) {
      for (const ConfRefusal& each : refused) io.complain("keepalived: not modelled: " + each.text() + "\n");
      done(2);
      return nullptr;
    }
    if (options_.test) {
      const ConfTest test = test_conf(request, host);
      io.complain(test.err);
      io.print(options_.out);
      done(test.status);
      return nullptr;
    }
    if (options_.stay) {
      auto task = std::make_unique<Foreground>(machine, io, options_, done);
      if (const auto status = task->parent().read()) {
        done(*status);
        return nullptr;
      }
      task->parent().start();
      return task;
    }
    auto process = std::make_unique<Background>(machine, io, options_);
    if (const auto status = process->parent().read()) {
      done(*status);
      return nullptr;
    }
    Parent& parent = process->parent();
    machine.processes().adopt(std::move(process));
    parent.start();
    done(0);
    return nullptr;
  }

 private:
  Options options_;
};

}  // namespace

control::CommandResultOrError parse_keepalived(const std::vector<control::Word>& words) {
  Options options;
  if (auto error = parse_options(words, options)) return base::Error{std::move(*error)};
  if (options.status) return control::refusal(*options.status, options.err, options.out);
  return control::CommandPtr(std::make_shared<Keepalived>(std::move(options)));
}

}  // namespace lvs::keepalived
