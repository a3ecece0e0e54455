// SPDX-License-Identifier: GPL-2.0-or-later
// for, while, until, if, { } and ( ).
#include <fmt/format.h>

#include "control/machine/shell/pattern.h"
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
      if (loop_.over_arguments)
        for (const std::string& each : scope_.arguments) words_.words.push_back({each, 0});
      else
        words_ = expand(loop_.words, values_);
      expanded_ = true;
      if (!words_.error.empty()) {
        streams_.err->write(fmt::format("{}: {}: {}\n", scope_.name, scope_.line, words_.error));
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
      if (!runner_) {
        if (!in_body_) ++scope_.tested;
        runner_ = run_list(in_body_ ? loop_.branches.front().body : loop_.branches.front().condition, scope_, streams_,
                           root_);
      }
      if (!runner_->advance()) return false;
      runner_.reset();
      if (!in_body_) --scope_.tested;
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
      if (!runner_) {
        if (!decided_) ++scope_.tested;
        runner_ = run_list(next(), scope_, streams_, root_);
      }
      if (!runner_->advance()) return false;
      runner_.reset();
      if (!decided_) --scope_.tested;
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

class CaseRunner final : public Runner {
 public:
  CaseRunner(const Compound& choice, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : choice_(choice), scope_(scope), streams_(streams), root_(root), values_(scope, streams, root) {
    values_.add(choice.words.front());
    for (const Compound::Branch& branch : choice.branches)
      for (const ShellWord& pattern : branch.patterns) values_.add(pattern);
  }

  bool advance() override {
    if (!decided_) {
      if (!values_.advance()) return false;
      decided_ = true;
      scope_.status = 0;
      const CommandList* const body = chosen();
      if (body == nullptr) return true;
      runner_ = run_list(*body, scope_, streams_, root_);
    }
    return runner_->advance();
  }

 private:
  // nullptr: none fits, or a value is in error.
  const CommandList* chosen() {
    const Expanded word = expand_whole(choice_.words.front(), values_);
    std::string error = word.error;
    for (const Compound::Branch& branch : choice_.branches) {
      for (const ShellWord& each : branch.patterns) {
        const Expanded pattern = expand_pattern(each, values_);
        if (error.empty()) error = pattern.error;
        if (error.empty() && matches(pattern.words.front().text, word.words.front().text)) return &branch.body;
      }
    }
    if (!error.empty()) {
      streams_.err->write(fmt::format("{}: {}: {}\n", scope_.name, scope_.line, error));
      scope_.status = 2;
      scope_.jump = Jump::exit;
    }
    return nullptr;
  }

  const Compound& choice_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  Substitutions values_;
  bool decided_ = false;
  std::unique_ptr<Runner> runner_;
};

// NAME(): from here on it is known.
class DefineRunner final : public Runner {
 public:
  DefineRunner(const Compound& made, ShellScope& scope) : made_(made), scope_(scope) {}
  bool advance() override {
    scope_.functions[made_.variable] = made_.function;
    scope_.status = 0;
    return true;
  }

 private:
  const Compound& made_;
  ShellScope& scope_;
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
    case Compound::Kind::choice: return std::make_unique<CaseRunner>(compound, scope, streams, root);
    case Compound::Kind::function: return std::make_unique<DefineRunner>(compound, scope);
    case Compound::Kind::subshell: return std::make_unique<SubshellRunner>(compound, scope, streams, root);
    case Compound::Kind::group: break;
  }
  return run_list(compound.body, scope, streams, root);
}

}  // namespace lvs::control
