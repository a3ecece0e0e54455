// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/system/plan-task.h"

#include <fmt/format.h>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"

namespace lvs::control {
namespace {

NetworkFiles files_of(Machine& machine) {
  NetworkFiles files;
  files.read = [&machine](const std::string& path) -> std::optional<std::string> {
    auto content = machine.files().read(path);
    if (content.error != FileError::none) return std::nullopt;
    return std::move(content.text);
  };
  files.list = [&machine](const std::string& folder) { return machine.files().list(folder); };
  return files;
}

// The script is a line of its own, whose background jobs go on after it.
class PlanTask final : public Task {
 public:
  PlanTask(ShellLinePtr line, Machine& machine, const Io& io, Done done)
      : machine_(machine), io_(io), done_(std::move(done)), alarm_(machine.host(), [this] { finish(); }) {
    run_ = &machine.start(
        std::move(line), [this](const LineRun&) { alarm_.set_at(machine_.host().now()); }, io.pid);
  }
  ~PlanTask() override {
    if (run_ != nullptr) machine_.end(*run_);
  }

 private:
  void finish() {
    const LineRun& run = *std::exchange(run_, nullptr);
    if (!run.out().empty()) io_.print(run.out());
    if (!run.err().empty()) io_.complain(run.err());
    done_(run.status());
  }

  Machine& machine_;
  Io io_;
  Done done_;
  Alarm alarm_;
  const LineRun* run_ = nullptr;
};

class PlannedCommand final : public Command {
 public:
  explicit PlannedCommand(MakePlan make) : make_(std::move(make)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return run_plan(make_, machine, io, std::move(done));
  }

 private:
  MakePlan make_;
};

}  // namespace

std::unique_ptr<Task> run_plan(const MakePlan& make, Machine& machine, Io& io, Done done) {
  const NetworkPlan plan = make(files_of(machine));
  auto parsed = parse_shell_script(plan.script);
  if (plan.refused.empty() && parsed) {
    auto line = std::make_shared<ShellLine>(ShellLine{"", (*parsed)->chains});
    return std::make_unique<PlanTask>(std::move(line), machine, io, std::move(done));
  }
  io.complain("not modelled: " + (plan.refused.empty() ? parsed.error().text() : plan.refused) + "\n");
  done(2);
  return nullptr;
}

CommandPtr planned(MakePlan make) { return std::make_shared<PlannedCommand>(std::move(make)); }

}  // namespace lvs::control
