// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/line-run.h"

#include <algorithm>
#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/shell/run.h"

namespace lvs::control {

// A tree of runners: the foreground of a line, or one background chain.
class Job final : public ShellRoot {
 public:
  Job(LineRun& line, bool foreground)
      : line_(line), foreground_(foreground), alarm_(line.machine_.host(), [this] { pump(); }) {}

  void begin(const CommandList& list) {
    runner_ = run_list(list, scope_, {{}, &line_.out_, &line_.err_}, *this);
    pump();
  }
  void begin(const Chain& chain, const ShellScope& scope, const ShellStreams& streams) {
    scope_ = scope;
    // What a pipeline or substitution collects does not outlive it.
    const auto lasting = [&](std::string* to) { return to == &line_.out_ || to == &line_.err_ ? to : &unheard_; };
    runner_ = run_chain(chain, scope_, {{}, lasting(streams.out), lasting(streams.err)}, *this);
    pump();
  }

  bool finished() const { return finished_; }

  Machine& machine() override { return line_.machine_; }
  void wake() override { alarm_.set_at(line_.machine_.host().now()); }

  bool may_start() override {
    constexpr unsigned kBurst = 1000;
    constexpr base::Time kTheirTime = std::chrono::milliseconds(100);
    const base::Time now = line_.machine_.host().now();
    if (now != burst_at_) {
      burst_at_ = now;
      burst_ = 0;
    }
    if (++burst_ <= kBurst) return true;
    alarm_.set_after(kTheirTime);
    return false;
  }

  void start_background(const Chain& chain, const ShellScope& scope, const ShellStreams& streams) override {
    line_.jobs_.push_back(std::make_unique<Job>(line_, false));
    line_.jobs_.back()->begin(chain, scope, streams);
  }

 private:
  void pump() {
    if (finished_ || !runner_->advance()) return;
    finished_ = true;
    if (!foreground_) return;
    line_.status_ = scope_.status;
    line_.finished_ = true;
    if (line_.done_) line_.done_(line_);
  }

  LineRun& line_;
  bool foreground_;
  bool finished_ = false;
  base::Time burst_at_{-1};
  unsigned burst_ = 0;
  std::string unheard_;
  ShellScope scope_;
  Alarm alarm_;  // a task that ends calls back through it, so that it is never destroyed from within
  std::unique_ptr<Runner> runner_;
};

LineRun::LineRun(Machine& machine, ShellLinePtr line, std::function<void(const LineRun&)> done)
    : machine_(machine), line_(std::move(line)), done_(std::move(done)), started_(machine.host().now()) {}

LineRun::~LineRun() = default;

bool LineRun::idle() const {
  return std::ranges::all_of(jobs_, [](const std::unique_ptr<Job>& job) { return job->finished(); });
}

void LineRun::begin() {
  jobs_.push_back(std::make_unique<Job>(*this, true));
  // Through a pointer of its own: background jobs make the vector grow.
  Job& foreground = *jobs_.front();
  foreground.begin(line_->chains);
}

}  // namespace lvs::control
