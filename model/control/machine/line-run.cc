// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/line-run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/shell/options/redirect.h"
#include "control/machine/shell/options/trap.h"
#include "control/machine/shell/run.h"

namespace lvs::control {
namespace {

// A stranger's loop ends somewhere; a lab of an hour that does something each tenth of a second runs 36,000 commands.
constexpr std::size_t kMostCommands = 2'000'000, kMostJobs = 200'000;

// "( LIST ) &" is one process (dash: EV_EXIT). Nothing: the chain is another.
const CommandList* lone_subshell(const Chain& chain) {
  const Pipeline& pipeline = chain.links.front().pipeline;
  if (chain.links.size() != 1 || pipeline.commands.size() != 1 || pipeline.negated) return nullptr;
  const ShellCommand& command = pipeline.commands.front();
  const bool lone = command.compound && command.compound->kind == Compound::Kind::subshell;
  return lone && command.redirections.empty() ? &command.compound->body : nullptr;
}

}  // namespace

// A tree of runners and the shell's process: the foreground of a line, or one background chain.
class Job final : public ShellRoot, private Process {
 public:
  Job(LineRun& line, bool foreground, Pid parent, std::vector<std::string> arguments)
      : Process(line.machine_, parent, std::move(arguments)),
        line_(line),
        foreground_(foreground),
        alarm_(line.machine_.host(), [this] { pump(); }) {}

  using Process::pid;

  void begin(const CommandList& list) {
    scope_.pid = scope_.first = pid();
    scope_.replaced = is_one_command(list);
    runner_ = run_list(list, scope_, {std::make_shared<TextInput>(), line_.out_, line_.err_}, *this);
    pump();
  }
  void begin(const Chain& chain, const ShellScope& scope, const ShellStreams& streams) {
    scope_ = scope;
    scope_.pid = pid();
    const CommandList* const list = lone_subshell(chain);
    scope_.replaced = list != nullptr ? is_one_command(*list) : is_one_command(chain);
    scope_.task = nullptr;
    leave_traps(scope_);
    // Standard input of a job in the background is /dev/null.
    streams_ = {std::make_shared<TextInput>(), streams.out, streams.err};
    runner_ = list != nullptr ? run_list(*list, scope_, streams_, *this) : run_chain(chain, scope_, streams_, *this);
    pump();
  }

  bool finished() const { return finished_; }
  bool foreground() const { return foreground_; }
  int status() const { return status_; }

  Machine& machine() override { return line_.machine_; }
  int background_status(Pid wanted) const override { return line_.background_status(wanted, pid()); }
  void wake() override { alarm_.set_at(line_.machine_.host().now()); }

  bool may_start() override {
    constexpr unsigned kBurst = 1000;
    constexpr base::Time kTheirTime = std::chrono::milliseconds(100);
    const base::Time now = line_.machine_.host().now();
    if (now != burst_at_) {
      burst_at_ = now;
      burst_ = 0;
    }
    if (++commands_ > kMostCommands || line_.jobs_.size() > kMostJobs) {
      stopped_ = commands_ > kMostCommands
                     ? fmt::format("lvs: stopped: this line has run {} commands\n", kMostCommands)
                     : fmt::format("lvs: stopped: this line has begun {} jobs in the background\n", kMostJobs);
      return false;
    }
    if (++burst_ <= kBurst) return true;
    alarm_.set_after(kTheirTime);
    return false;
  }

  Pid start_background(const Chain& chain, const ShellScope& scope, const ShellStreams& streams) override {
    line_.jobs_.push_back(std::make_unique<Job>(line_, false, scope.pid, arguments()));
    Job& job = *line_.jobs_.back();
    const Pid pid = job.pid();
    job.begin(chain, scope, streams);
    return pid;
  }

 private:
  void pump() {
    if (finished_) return;
    const bool over = runner_->advance();
    if (!over && stopped_.empty()) return;
    if (over && !foreground_ && !std::exchange(leaving_, true)) {
      if (auto last = run_at_exit(scope_, streams_, *this)) {
        runner_ = std::move(last);
        return pump();
      }
    }
    if (!over) {
      line_.err_->write(stopped_);
    }
    runner_.reset();  // and what it holds open
    exit(over ? scope_.status : 2);
  }

  bool hears_of_children() const override { return false; }
  bool take_signal(int signal) override { return hear_signal(scope_, signal, *this); }

  void ended(ExitStatus status) override {
    if (finished_) return;
    finished_ = true;
    alarm_.clear();
    status_ = status.signal != 0 ? 256 + status.signal : status.code;
    if (status.signal != 0) runner_.reset();
    streams_ = {};
    close_files(scope_);
    for (const auto& job : line_.jobs_)
      if (job.get() != this && !job->finished()) job->wake();  // they may wait for it
    if (!foreground_) return;
    line_.status_ = status.shell();
    line_.finished_ = true;
    if (line_.done_) line_.done_(line_);
  }

  LineRun& line_;
  bool foreground_;
  bool finished_ = false;
  int status_ = 0;
  base::Time burst_at_{-1};
  unsigned burst_ = 0;
  std::size_t commands_ = 0;
  std::string stopped_;  // why it has reached a bound; empty: it has not
  ShellScope scope_;
  ShellStreams streams_{};  // in the background
  bool leaving_ = false;    // at work is what is to be done at the end
  Alarm alarm_;             // a task that ends calls back through it, so that it is never destroyed from within
  std::unique_ptr<Runner> runner_;
};

LineRun::LineRun(Machine& machine, ShellLinePtr line, std::function<void(const LineRun&)> done, Pid parent)
    : machine_(machine),
      line_(std::move(line)),
      done_(std::move(done)),
      parent_(parent),
      started_(machine.host().now()) {}

LineRun::~LineRun() = default;

bool LineRun::idle() const {
  return std::ranges::all_of(jobs_, [](const std::unique_ptr<Job>& job) { return job->finished(); });
}

int LineRun::background_status(Pid pid, Pid except) const {
  int status = pid == 0 ? 0 : 127;
  for (const auto& job : jobs_) {
    if (job->foreground() || job->pid() == except || (pid != 0 && job->pid() != pid)) continue;
    if (!job->finished()) return -1;
    if (pid != 0) status = job->status();
  }
  return status;
}

Pid LineRun::pid() const { return jobs_.empty() ? 0 : jobs_.front()->pid(); }

void LineRun::begin() {
  jobs_.push_back(std::make_unique<Job>(*this, true, parent_, std::vector<std::string>{"/bin/sh", "-c", line_->text}));
  // Through a pointer of its own: background jobs make the vector grow.
  Job& foreground = *jobs_.front();
  foreground.begin(line_->chains);
}

}  // namespace lvs::control
