// SPDX-License-Identifier: GPL-2.0-or-later
// Lists, && and ||, pipelines.
#include "control/machine/shell/run.h"

#include <utility>

namespace lvs::control {
namespace {

class PipelineRunner final : public Runner {
 public:
  PipelineRunner(const Pipeline& pipeline, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : pipeline_(pipeline), scope_(scope), streams_(streams), root_(root) {}

  bool advance() override {
    while (stage_ < pipeline_.commands.size()) {
      if (!runner_) begin();
      if (!runner_->advance()) return false;
      runner_.reset();
      ++stage_;
    }
    if (pipeline_.commands.size() > 1) scope_.status = inner_.status;
    if (pipeline_.negated) scope_.status = scope_.status == 0 ? 1 : 0;
    return true;
  }

 private:
  // One stage after the other: each reads all that the one before it has printed.
  void begin() {
    const ShellCommand& command = pipeline_.commands[stage_];
    if (pipeline_.commands.size() == 1) {
      runner_ = run_command(command, scope_, streams_, root_);
      return;
    }
    ShellStreams streams = streams_;
    input_ = std::exchange(piped_, {});
    if (stage_ > 0) streams.in = input_;
    if (stage_ + 1 < pipeline_.commands.size()) streams.out = &piped_;
    inner_ = scope_;
    runner_ = run_command(command, inner_, streams, root_);
  }

  const Pipeline& pipeline_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::size_t stage_ = 0;
  ShellScope inner_;
  std::string input_, piped_;
  std::unique_ptr<Runner> runner_;
};

class ChainRunner final : public Runner {
 public:
  ChainRunner(const Chain& chain, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : chain_(chain), scope_(scope), streams_(streams), root_(root) {}

  bool advance() override {
    for (; link_ < chain_.links.size() && scope_.jump == ShellScope::Jump::none; ++link_) {
      const ChainLink& link = chain_.links[link_];
      if (!runner_) {
        const bool success = link.when == ChainLink::When::success;
        if (link.when != ChainLink::When::always && success != (scope_.status == 0)) continue;
        runner_ = std::make_unique<PipelineRunner>(link.pipeline, scope_, streams_, root_);
      }
      if (!runner_->advance()) return false;
      runner_.reset();
    }
    return true;
  }

 private:
  const Chain& chain_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::size_t link_ = 0;
  std::unique_ptr<Runner> runner_;
};

class ListRunner final : public Runner {
 public:
  ListRunner(const CommandList& list, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : list_(list), scope_(scope), streams_(streams), root_(root) {}

  bool advance() override {
    for (; chain_ < list_.size() && scope_.jump == ShellScope::Jump::none; ++chain_) {
      const Chain& chain = list_[chain_];
      if (chain.background) {
        root_.start_background(chain, scope_, streams_);
        scope_.status = 0;
        continue;
      }
      if (!runner_) runner_ = run_chain(chain, scope_, streams_, root_);
      if (!runner_->advance()) return false;
      runner_.reset();
    }
    return true;
  }

 private:
  const CommandList& list_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::size_t chain_ = 0;
  std::unique_ptr<Runner> runner_;
};

}  // namespace

std::unique_ptr<Runner> run_list(const CommandList& list, ShellScope& scope, const ShellStreams& streams,
                                 ShellRoot& root) {
  return std::make_unique<ListRunner>(list, scope, streams, root);
}

std::unique_ptr<Runner> run_chain(const Chain& chain, ShellScope& scope, const ShellStreams& streams, ShellRoot& root) {
  return std::make_unique<ChainRunner>(chain, scope, streams, root);
}

}  // namespace lvs::control
