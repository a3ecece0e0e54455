// SPDX-License-Identifier: GPL-2.0-or-later
// Lists, && and ||, pipelines.
#include "control/machine/shell/run.h"

#include <tuple>
#include <utility>
#include <vector>

#include "control/machine/machine.h"
#include "control/machine/shell/options/trap.h"
#include "control/machine/shell/subshell.h"

namespace lvs::control {
namespace {

// The stages of a pipe run side by side, each a process of its own.
class PipelineRunner final : public Runner {
 public:
  PipelineRunner(const Pipeline& pipeline, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : pipeline_(pipeline), scope_(scope), streams_(streams), root_(root) {}

  bool advance() override {
    if (pipeline_.commands.size() == 1) {
      if (!only_) only_ = run_command(pipeline_.commands.front(), scope_, streams_, root_);
      if (!only_->advance()) return false;
      only_.reset();
      if (scope_.bash) tell({scope_.status});
    } else {
      if (stages_.empty()) begin();
      bool ended = true;
      for (const auto& stage : stages_) ended = stage->advance() && ended;
      if (!ended) return false;
      scope_.status = stages_.back()->status();
      std::vector<int> all;
      for (const auto& stage : stages_) {
        if (scope_.whole_pipe && stage->status() != 0) scope_.status = stage->status();
        all.push_back(stage->status());
      }
      if (scope_.bash) tell(all);
      stages_.clear();
    }
    if (pipeline_.negated) scope_.status = scope_.status == 0 ? 1 : 0;
    return true;
  }

 private:
  // Bash's array of what each stage has ended with.
  void tell(const std::vector<int>& all) {
    const std::string name = "PIPESTATUS";
    scope_.variables[name] = std::to_string(all.front());
    for (std::size_t i = 0; i < all.size(); ++i)
      scope_.variables[name + "[" + std::to_string(i) + "]"] = std::to_string(all[i]);
    scope_.variables[name + "[#]"] = std::to_string(all.size());
  }
  void begin() {
    InputPtr in = streams_.in;
    for (const ShellCommand& command : pipeline_.commands) {
      ShellStreams streams = streams_;
      streams.in = std::move(in);
      if (&command != &pipeline_.commands.back()) std::tie(streams.out, in) = make_pipe(root_.machine().host());
      stages_.push_back(std::make_unique<Subshell>(root_, scope_));
      stages_.back()->begin(command, streams);
    }
  }

  const Pipeline& pipeline_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::unique_ptr<Runner> only_;
  std::vector<std::unique_ptr<Subshell>> stages_;
};

class ChainRunner final : public Runner {
 public:
  ChainRunner(const Chain& chain, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : chain_(chain), scope_(scope), streams_(streams), root_(root) {}

  bool advance() override {
    while (link_ < chain_.links.size() && scope_.jump == ShellScope::Jump::none) {
      if (!one()) return false;
      ++link_;
    }
    return true;
  }

 private:
  // A command that has failed, and is none of those around it: of a group the last one has been.
  static bool is_own_failure(const Pipeline& pipeline) {
    const auto& compound = pipeline.commands.front().compound;
    return pipeline.commands.size() > 1 || !compound || compound->kind == Compound::Kind::subshell;
  }

  bool one() {
    if (!action_) {
      const ChainLink& link = chain_.links[link_];
      if (!runner_) {
        const bool success = link.when == ChainLink::When::success;
        if (link.when != ChainLink::When::always && success != (scope_.status == 0)) return true;
        // Within what is tested nothing ends the shell, functions and subshells included.
        tests_ = link_ + 1 != chain_.links.size() || link.pipeline.negated;
        if (tests_) ++scope_.tested;
        runner_ = std::make_unique<PipelineRunner>(link.pipeline, scope_, streams_, root_);
      }
      if (!runner_->advance()) return false;
      runner_.reset();
      if (tests_) --scope_.tested;
      if (tests_ || scope_.tested != 0 || scope_.status == 0 || scope_.jump != ShellScope::Jump::none) return true;
      if (is_own_failure(link.pipeline))
        action_ = run_at_error(link.pipeline.commands.back().line, scope_, streams_, root_);
    }
    if (action_ && !action_->advance()) return false;
    action_.reset();
    if (scope_.ends_on_failure && scope_.jump == ShellScope::Jump::none) scope_.jump = ShellScope::Jump::exit;
    return true;
  }

  const Chain& chain_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::size_t link_ = 0;
  bool tests_ = false;
  std::unique_ptr<Runner> runner_, action_;
};

class ListRunner final : public Runner {
 public:
  ListRunner(const CommandList& list, ShellScope& scope, const ShellStreams& streams, ShellRoot& root, bool outermost)
      : list_(list), scope_(scope), streams_(streams), root_(root), outermost_(outermost) {}

  bool advance() override {
    for (; chain_ < list_.size() && scope_.jump == ShellScope::Jump::none; ++chain_) {
      const Chain& chain = list_[chain_];
      if (chain.background) {
        scope_.background = root_.start_background(chain, scope_, streams_);
        scope_.status = 0;
        continue;
      }
      if (!runner_) runner_ = run_chain(chain, scope_, streams_, root_);
      if (!runner_->advance()) return false;
      runner_.reset();
      if (scope_.jump == ShellScope::Jump::discard && outermost_) next_line();
    }
    return true;
  }

 private:
  static std::size_t line_of(const Chain& chain) { return chain.links.front().pipeline.commands.front().line; }
  void next_line() {
    const std::size_t line = line_of(list_[chain_]);
    while (chain_ + 1 < list_.size() && line_of(list_[chain_ + 1]) == line) ++chain_;
    scope_.jump = ShellScope::Jump::none;
  }

  const CommandList& list_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  bool outermost_;
  std::size_t chain_ = 0;
  std::unique_ptr<Runner> runner_;
};

}  // namespace

bool is_one_command(const Chain& chain) {
  const Pipeline& pipeline = chain.links.front().pipeline;
  return chain.links.size() == 1 && pipeline.commands.size() == 1 && !pipeline.negated &&
         pipeline.commands.front().compound == nullptr;
}

bool is_one_command(const CommandList& list) {
  return list.size() == 1 && !list.front().background && is_one_command(list.front());
}

int end_on_error(ShellScope& scope, bool demand) {
  const bool discards = scope.bash && !demand;
  scope.jump = discards ? ShellScope::Jump::discard : ShellScope::Jump::exit;
  if (!scope.bash) return 2;
  constexpr int kOfText = 127;  // bash -c
  return demand && !scope.ends_on_failure && scope.name == "bash" && scope.pid == scope.first ? kOfText : 1;
}

std::unique_ptr<Runner> run_list(const CommandList& list, ShellScope& scope, const ShellStreams& streams,
                                 ShellRoot& root, bool outermost) {
  return std::make_unique<ListRunner>(list, scope, streams, root, outermost);
}

std::unique_ptr<Runner> run_chain(const Chain& chain, ShellScope& scope, const ShellStreams& streams, ShellRoot& root) {
  return std::make_unique<ChainRunner>(chain, scope, streams, root);
}

}  // namespace lvs::control
