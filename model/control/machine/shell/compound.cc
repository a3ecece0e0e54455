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
  if ((jump == Jump::break_ || jump == Jump::continue_) && scope.leaves > 0) {
    --scope.leaves;
    return false;
  }
  if (jump == Jump::break_ || jump == Jump::continue_) scope.jump = Jump::none;
  return jump == Jump::none || jump == Jump::continue_;
}

// What has lists of commands inside, of which one runs at a time.
class ListsRunner : public Runner {
 protected:
  ListsRunner(const Compound& compound, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : compound_(compound), scope_(scope), streams_(streams), root_(root) {}

  bool running() const { return runner_ != nullptr; }
  // Goes on with the list that runs, else begins this one. True: it is through.
  bool run(const CommandList& list) {
    if (!runner_) runner_ = run_list(list, scope_, streams_, root_);
    if (!runner_->advance()) return false;
    runner_.reset();
    return true;
  }
  // A word cannot be expanded: the shell ends.
  void give_up(const std::string& error, bool demand) {
    streams_.err->write(fmt::format("{}{}\n", place_of(scope_), error));
    scope_.status = end_on_error(scope_, demand);
  }

  const Compound& compound_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;

 private:
  std::unique_ptr<Runner> runner_;
};

class LoopRunner : public ListsRunner {
 protected:
  LoopRunner(const Compound& loop, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : ListsRunner(loop, scope, streams, root) {
    ++scope.loops;
  }
  ~LoopRunner() override { --scope_.loops; }
  LoopRunner(const LoopRunner&) = delete;
  LoopRunner& operator=(const LoopRunner&) = delete;
};

class ForRunner final : public LoopRunner {
 public:
  ForRunner(const Compound& loop, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : LoopRunner(loop, scope, streams, root), values_(scope, streams, root) {
    for (const ShellWord& word : loop.words) values_.add(word);
  }

  bool advance() override {
    if (!expanded_) {
      if (!values_.advance()) return false;
      if (compound_.over_arguments)
        for (const std::string& each : scope_.arguments) words_.words.push_back({each, 0});
      else
        words_ = expand(compound_.words, values_);
      expanded_ = true;
      if (!words_.error.empty()) {
        give_up(words_.error, words_.demand);
        return true;
      }
      if (words_.words.empty()) scope_.status = 0;
    }
    while (next_ < words_.words.size()) {
      if (!running()) scope_.variables[compound_.variable] = words_.words[next_].text;
      if (!run(compound_.body)) return false;
      ++next_;
      if (!goes_on(scope_)) return true;
    }
    return true;
  }

 private:
  Substitutions values_;
  bool expanded_ = false;
  Expanded words_{};
  std::size_t next_ = 0;
};

class WhileRunner final : public LoopRunner {
 public:
  WhileRunner(const Compound& loop, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : LoopRunner(loop, scope, streams, root) {}

  bool advance() override {
    for (;;) {
      const bool tests = part_ == Part::condition;
      if (!running() && tests) ++scope_.tested;
      if (!run(list())) return false;
      if (tests) --scope_.tested;
      if (part_ == Part::body) status_ = scope_.status;
      const bool more = goes_on(scope_);
      const bool wanted = (scope_.status == 0) == (compound_.kind == Compound::Kind::while_);
      if (!more || (tests && !wanted)) break;
      part_ = tests ? Part::body : part_ == Part::body && !compound_.body.empty() ? Part::step : Part::condition;
    }
    if (scope_.jump == Jump::none) scope_.status = status_;  // of the last round; 0 without any
    return true;
  }

 private:
  enum class Part : std::uint8_t { condition, body, step };  // step: of for ((A; B; STEP))

  const CommandList& list() const {
    const Compound::Branch& loop = compound_.branches.front();
    return part_ == Part::condition ? loop.condition : part_ == Part::body ? loop.body : compound_.body;
  }

  Part part_ = Part::condition;
  int status_ = 0;
};

class IfRunner final : public ListsRunner {
 public:
  IfRunner(const Compound& choice, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : ListsRunner(choice, scope, streams, root) {}

  bool advance() override {
    for (;;) {
      if (!running() && !decided_) ++scope_.tested;
      if (!run(next())) return false;
      if (!decided_) --scope_.tested;
      if (decided_ || scope_.jump != Jump::none) return true;
      decided_ = scope_.status == 0;
      if (decided_) continue;
      if (++branch_ < compound_.branches.size()) continue;
      if (compound_.body.empty()) {
        scope_.status = 0;
        return true;
      }
      decided_ = true;
    }
  }

 private:
  const CommandList& next() const {
    if (branch_ == compound_.branches.size()) return compound_.body;
    return decided_ ? compound_.branches[branch_].body : compound_.branches[branch_].condition;
  }

  std::size_t branch_ = 0;
  bool decided_ = false;
};

class CaseRunner final : public ListsRunner {
 public:
  CaseRunner(const Compound& choice, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : ListsRunner(choice, scope, streams, root), values_(scope, streams, root) {
    values_.add(choice.words.front());
    for (const Compound::Branch& branch : choice.branches)
      for (const ShellWord& pattern : branch.patterns) values_.add(pattern);
  }

  bool advance() override {
    if (!decided_) {
      if (!values_.advance()) return false;
      decided_ = true;
      body_ = chosen();
    }
    return body_ == nullptr || run(*body_);
  }

 private:
  // nullptr: none fits, or a value is in error.
  const CommandList* chosen() {
    const Expanded word = expand_whole(compound_.words.front(), values_);
    std::string error = word.error;
    bool demand = word.demand;
    for (const Compound::Branch& branch : compound_.branches) {
      for (const ShellWord& each : branch.patterns) {
        const Expanded pattern = expand_pattern(each, values_);
        if (error.empty()) {
          error = pattern.error;
          demand = pattern.demand;
        }
        if (!error.empty() || !matches(pattern.words.front().text, word.words.front().text)) continue;
        if (branch.body.empty()) scope_.status = 0;
        return &branch.body;
      }
    }
    scope_.status = 0;
    if (!error.empty()) give_up(error, demand);
    return nullptr;
  }

  Substitutions values_;
  bool decided_ = false;
  const CommandList* body_ = nullptr;
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
