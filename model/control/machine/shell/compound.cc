// SPDX-License-Identifier: GPL-2.0-or-later
// for, while, until, if, { } and ( ).
#include <fmt/format.h>

#include "control/machine/shell/substitute.h"

namespace lvs::control {
namespace {

using Jump = ShellScope::Jump;

// After a round of a loop: does the loop go on?
bool goes_on(ShellScope& scope) {
  const Jump jump = scope.jump;
  if (jump == Jump::break_ || jump == Jump::continue_) scope.jump = Jump::none;
  return jump == Jump::none || jump == Jump::continue_;
}

class ForRunner final : public Runner {
 public:
  ForRunner(const Compound& loop, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : loop_(loop), scope_(scope), streams_(streams), root_(root), values_(scope, streams, root) {
    for (const ShellWord& word : loop.words) values_.add(word);
  }

  bool advance() override {
    if (!expanded_) {
      if (!values_.advance()) return false;
      words_ = expand(loop_.words, values_);
      expanded_ = true;
      if (!words_.error.empty()) {
        streams_.err->write(fmt::format("/bin/sh: 1: {}\n", words_.error));
        scope_.status = 2;
        scope_.jump = Jump::exit;
        return true;
      }
      if (words_.words.empty()) scope_.status = 0;
    }
    while (next_ < words_.words.size()) {
      if (!runner_) {
        scope_.variables[loop_.variable] = words_.words[next_].text;
        runner_ = run_list(loop_.body, scope_, streams_, root_);
      }
      if (!runner_->advance()) return false;
      runner_.reset();
      ++next_;
      if (!goes_on(scope_)) return true;
    }
    return true;
  }

 private:
  const Compound& loop_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  Substitutions values_;
  bool expanded_ = false;
  Expanded words_{};
  std::size_t next_ = 0;
  std::unique_ptr<Runner> runner_;
};

class WhileRunner final : public Runner {
 public:
  WhileRunner(const Compound& loop, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : loop_(loop), scope_(scope), streams_(streams), root_(root) {}

  bool advance() override {
    for (;;) {
      if (!runner_)
        runner_ = run_list(in_body_ ? loop_.branches.front().body : loop_.branches.front().condition, scope_, streams_,
                           root_);
      if (!runner_->advance()) return false;
      runner_.reset();
      if (in_body_) status_ = scope_.status;
      const bool more = goes_on(scope_);
      const bool wanted = (scope_.status == 0) == (loop_.kind == Compound::Kind::while_);
      if (!more || (!in_body_ && !wanted)) break;
      in_body_ = !in_body_;
    }
    if (scope_.jump == Jump::none) scope_.status = status_;  // of the last round; 0 without any
    return true;
  }

 private:
  const Compound& loop_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  bool in_body_ = false;
  int status_ = 0;
  std::unique_ptr<Runner> runner_;
};

class IfRunner final : public Runner {
 public:
  IfRunner(const Compound& choice, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : choice_(choice), scope_(scope), streams_(streams), root_(root) {}

  bool advance() override {
    for (;;) {
      if (!runner_) runner_ = run_list(next(), scope_, streams_, root_);
      if (!runner_->advance()) return false;
      runner_.reset();
      if (decided_ || scope_.jump != Jump::none) return true;
      decided_ = scope_.status == 0;
      if (decided_) continue;
      if (++branch_ < choice_.branches.size()) continue;
      scope_.status = 0;
      if (choice_.body.empty()) return true;
      decided_ = true;
    }
  }

 private:
  const CommandList& next() const {
    if (branch_ == choice_.branches.size()) return choice_.body;
    return decided_ ? choice_.branches[branch_].body : choice_.branches[branch_].condition;
  }

  const Compound& choice_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::size_t branch_ = 0;
  bool decided_ = false;
  std::unique_ptr<Runner> runner_;
};

class SubshellRunner final : public Runner {
 public:
  SubshellRunner(const Compound& group, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), inner_(root, scope) {
    inner_.begin(group.body, streams);
  }

  bool advance() override {
    if (!inner_.advance()) return false;
    scope_.status = inner_.status();
    return true;
  }

 private:
  ShellScope& scope_;
  Subshell inner_;
};

}  // namespace

std::unique_ptr<Runner> run_compound(const Compound& compound, ShellScope& scope, const ShellStreams& streams,
                                     ShellRoot& root) {
  switch (compound.kind) {
    case Compound::Kind::for_each: return std::make_unique<ForRunner>(compound, scope, streams, root);
    case Compound::Kind::while_:
    case Compound::Kind::until_: return std::make_unique<WhileRunner>(compound, scope, streams, root);
    case Compound::Kind::branch: return std::make_unique<IfRunner>(compound, scope, streams, root);
    case Compound::Kind::subshell: return std::make_unique<SubshellRunner>(compound, scope, streams, root);
    case Compound::Kind::group: break;
  }
  return run_list(compound.body, scope, streams, root);
}

}  // namespace lvs::control
