// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/check.h"

#include <map>
#include <set>

#include "control/machine/files.h"
#include "control/machine/registry.h"
#include "control/machine/shell/expand.h"
#include "control/machine/shell/seq-text.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostRounds = 64;      // of a loop that are looked at
constexpr std::size_t kMostCommands = 4096;  // of a line: loops within loops end somewhere

class Foresight final : public ShellValues {
 public:
  std::optional<SyntaxError> run(const CommandList& commands) {
    list(commands);
    return error_;
  }

  std::optional<std::string> variable(const std::string& name) const override {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : found->second;
  }
  std::optional<std::string> substitution(const WordPart& part) const override {
    if (part.commands->size() != 1 || part.commands->front().links.size() != 1) return std::nullopt;
    const Pipeline& pipeline = part.commands->front().links.front().pipeline;
    if (pipeline.commands.size() != 1 || pipeline.commands.front().compound) return std::nullopt;
    const Expanded words = expand(pipeline.commands.front().simple.words, *this);
    if (!words.ok() || words.words.empty() || words.words.front().text != "seq") return std::nullopt;
    return seq_text(words.words);
  }

 private:
  bool done() const { return error_.has_value() || commands_ > kMostCommands; }

  void list(const CommandList& commands) {
    for (const Chain& chain : commands)
      for (const ChainLink& link : chain.links)
        for (const ShellCommand& each : link.pipeline.commands) command(each);
  }

  void command(const ShellCommand& each) {
    if (done()) return;
    ++commands_;
    for (const Redirection& redirection : each.redirections) file(redirection);
    if (each.compound)
      compound(*each.compound);
    else
      simple(each.simple);
  }

  void file(const Redirection& redirection) {
    if (redirection.path.is_text()) return;
    look_into(redirection.path);
    const Expanded path = expand_whole(redirection.path, *this);
    if (done() || !path.ok()) return;
    if (auto reason = Files::unmodelled(path.words.front().text))
      error_ = SyntaxError{redirection.path.column, path.words.front().text, std::move(*reason), {}};
  }

  // Variables that nothing sets, and the commands of substitutions.
  void look_into(const ShellWord& word) {
    for (const WordPart& part : word.parts) {
      if (part.kind == WordPart::Kind::variable && part.text != "?" && !variables_.contains(part.text) && !error_) {
        error_ = SyntaxError{word.column,
                             "$" + part.text,
                             "nothing in this line sets this variable, and every line is a shell of its own",
                             {}};
      } else if (part.kind == WordPart::Kind::substitution) {
        const auto before = variables_;
        list(*part.commands);
        variables_ = before;
      }
    }
  }

  void simple(const SimpleCommand& each) {
    for (const Assignment& set : each.assignments) {
      look_into(set.value);
      const Expanded value = expand_whole(set.value, *this);
      variables_[set.name] = value.ok() ? std::optional(value.words.front().text) : std::nullopt;
    }
    if (each.command || each.words.empty()) return;
    for (const ShellWord& word : each.words) look_into(word);
    const Expanded words = expand(each.words, *this);
    if (done() || !words.ok() || words.words.empty()) return;
    if (auto parsed = parse_command(words.words); !parsed) error_ = parsed.error();
  }

  void compound(const Compound& each) {
    const auto before = variables_;
    if (each.kind == Compound::Kind::for_each) return for_each(each);
    if (each.kind == Compound::Kind::while_ || each.kind == Compound::Kind::until_) {
      // Later rounds find what earlier ones have set.
      for (const Compound::Branch& loop : each.branches) forget(loop.body);
    }
    for (const Compound::Branch& branch : each.branches) {
      list(branch.condition);
      list(branch.body);
    }
    list(each.body);
    if (each.kind == Compound::Kind::subshell) {
      variables_ = before;
    } else if (each.kind == Compound::Kind::branch) {
      for (const Compound::Branch& branch : each.branches) forget(branch.body);
      forget(each.body);
    }
  }

  void for_each(const Compound& loop) {
    for (const ShellWord& word : loop.words) look_into(word);
    const Expanded words = expand(loop.words, *this);
    if (!words.ok()) {
      variables_[loop.variable] = std::nullopt;
      forget(loop.body);
      return list(loop.body);
    }
    variables_.try_emplace(loop.variable, std::string());
    std::size_t rounds = 0;
    for (const Word& word : words.words) {
      if (++rounds > kMostRounds || done()) break;
      variables_[loop.variable] = word.text;
      list(loop.body);
    }
    // A variable that rounds count with is not known beyond those looked at.
    if (words.words.size() > kMostRounds) forget(loop.body);
  }

  // What these commands set is set, to values that are not known.
  void forget(const CommandList& commands) {
    for (const Chain& chain : commands) {
      for (const ChainLink& link : chain.links) {
        for (const ShellCommand& each : link.pipeline.commands) {
          for (const Assignment& set : each.simple.assignments) variables_[set.name] = std::nullopt;
          if (!each.compound) continue;
          if (each.compound->kind == Compound::Kind::for_each) variables_[each.compound->variable] = std::nullopt;
          for (const Compound::Branch& branch : each.compound->branches) {
            forget(branch.condition);
            forget(branch.body);
          }
          forget(each.compound->body);
        }
      }
    }
  }

  std::map<std::string, std::optional<std::string>> variables_;
  std::optional<SyntaxError> error_;
  std::size_t commands_ = 0;
};

}  // namespace

std::optional<SyntaxError> check_words(const CommandList& commands) { return Foresight().run(commands); }

}  // namespace lvs::control
