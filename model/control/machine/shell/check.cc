// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "control/machine/files.h"
#include "control/machine/registry.h"
#include "control/machine/shell/bash/condition.h"
#include "control/machine/shell/bash/values.h"
#include "control/machine/shell/builtins.h"
#include "control/machine/shell/expand.h"
#include "control/machine/shell/prefix.h"
#include "control/machine/shell/seq-text.h"
#include "control/machine/shell/statements/script-names.h"
#include "control/machine/shell/words.h"
#include "control/machine/usual/usual-files.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostRounds = 64;      // of a loop that are looked at
constexpr std::size_t kMostCommands = 4096;  // of a line: loops within loops end somewhere

class Foresight final : public ShellValues {
 public:
  Foresight(bool script, const ScriptNames& scripts) : lenient_(script), scripts_(scripts) {}

  std::optional<SyntaxError> run(const CommandList& commands) {
    find_functions(commands);
    list(commands);
    return error_;
  }

  std::optional<std::string> variable(const std::string& name) const override {
    const auto found = variables_.find(name);
    if (found != variables_.end()) return found->second;
    return is_argument(name) && !lenient_ ? std::optional(std::string()) : std::nullopt;
  }
  std::optional<bool> is_set(const std::string& name) const override {
    if (variables_.contains(name)) return true;
    return lenient_ || is_special(name) ? std::nullopt : std::optional(false);
  }
  const std::vector<std::string>* arguments() const override { return lenient_ ? nullptr : &no_arguments_; }
  void assign(const std::string&, const std::string&) const override {}
  std::vector<std::string> files(std::string_view) const override { return {}; }
  std::optional<std::string> substitution(const WordPart& part) const override {
    if (part.commands->size() != 1 || part.commands->front().links.size() != 1) return std::nullopt;
    const Pipeline& pipeline = part.commands->front().links.front().pipeline;
    if (pipeline.commands.size() != 1 || pipeline.commands.front().compound) return std::nullopt;
    const Expanded words = expand(pipeline.commands.front().simple.words, *this);
    if (functions_.contains("seq") || !words.ok() || words.words.empty() || words.words.front().text != "seq")
      return std::nullopt;
    auto output = seq_output(words.words);
    if (!output || !output->refused.empty()) return std::nullopt;
    return std::move(output->text);
  }

 private:
  static bool is_argument(const std::string& name) { return name[0] >= '0' && name[0] <= '9'; }
  static bool is_special(const std::string& name) {
    constexpr auto kSet = std::to_array<std::string_view>(
        {"HOME", "PATH", "PWD", "OLDPWD", "OPTIND", "OPTARG", "IFS", "PPID", "HOSTNAME", "USER", "LOGNAME"});
    return name.size() == 1 && !is_variable_name(name) ? true : std::ranges::find(kSet, name) != kSet.end();
  }

  void find_functions(const CommandList& commands) {
    for (const Chain& chain : commands)
      for (const ChainLink& link : chain.links)
        for (const ShellCommand& each : link.pipeline.commands)
          if (each.compound) find_functions(*each.compound);
  }
  void find_functions(const Compound& compound) {
    if (compound.kind == Compound::Kind::function) {
      functions_.insert(compound.variable);
      if (compound.function->compound) find_functions(*compound.function->compound);
    }
    find_functions(compound.body);
    for (const Compound::Branch& branch : compound.branches) find_functions(branch.body);
  }

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
      if (part.word) look_into(*part.word);
      if (const BashWord* const bash = bash_word(part); bash != nullptr && bash->second) look_into(*bash->second);
      if (part.use == ValueUse::assign) variables_[part.text] = std::nullopt;
      const bool may_be_unset = part.use != ValueUse::plain && part.use < ValueUse::cut_suffix;
      if (part.kind == WordPart::Kind::variable && !lenient_ && !may_be_unset && !is_special(part.text) &&
          !is_argument(part.text) && !variables_.contains(part.text) && !error_) {
        error_ =
            SyntaxError{word.column,
                        "$" + part.text,
                        "nothing in this line sets this variable, and every line is a shell of its own (in a startup "
                        "file behind assignments and functions of lines before it)",
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
      if (each.words.empty()) variables_.try_emplace(set.name, std::string());  // NAME="$NAME WORD" begins empty
      look_into(set.value);
      const Expanded value = expand_whole(set.value, *this);
      if (each.words.empty())
        variables_[set.name] = value.ok() ? std::optional(value.words.front().text) : std::nullopt;
    }
    if (each.command || each.words.empty()) return;
    for (const ShellWord& word : each.words) look_into(word);
    sets_variables(each);
    if (is_condition(each)) return;
    const Expanded words = expand(each.words, *this);
    if (done() || !words.ok() || words.words.empty()) return;
    const std::string& name = words.words.front().text;
    if (functions_.contains(name) || is_script_name(name)) return;
    if (name == "exec" && words.words.size() == 1) return;
    if (is_prefix(name)) {
      error_ = check_prefixed(words.words, functions_, scripts_);
      return;
    }
    if (is_shell_builtin(name)) {
      error_ = check_shell_builtin(words.words);
      if (name == "trap" && !lenient_ && !error_)
        error_ = SyntaxError{words.words.front().column, name, "modelled in scripts only", {}};
      return;
    }
    if (name == "printf" && words.words.size() > 3 && words.words[1].text == "-v") return;
    if (scripts_.contains(name) || names_nothing(name)) return;
    const bool may_be_function = read_.may_be(name) && !is_modelled_command(name);
    if (auto parsed = parse_command(words.words); !parsed && !may_be_function) error_ = parsed.error();
  }

  // read, export, local, getopts; eval and "." may set anything.
  void sets_variables(const SimpleCommand& each) {
    const std::string name = each.words.front().is_text() ? each.words.front().text() : std::string();
    if (name == "eval" || name == "." || name == "source") {
      lenient_ = true;
      read_.read(name != "eval" && each.words.size() > 1 && each.words[1].is_text() ? each.words[1].text() : "");
    }
    if (name != "read" && name != "export" && name != "local" && name != "readonly" && name != "getopts") return;
    for (const ShellWord& word : each.words) {
      const std::string text = word.text();
      const std::string variable = text.substr(0, text.find('='));
      if (!is_variable_name(variable)) continue;
      const bool plain = word.is_text() && text.find('=') != std::string::npos;
      if (plain || text.find('=') != std::string::npos || name == "read" || name == "getopts" || name == "local")
        variables_[variable] = plain ? std::optional(text.substr(variable.size() + 1)) : std::nullopt;
    }
  }

  // Its arguments and variables are those of whoever calls it.
  void function(const Compound& each) {
    const auto before = variables_;
    const bool lenient = lenient_;
    lenient_ = true;
    variables_.clear();
    command(*each.function);
    lenient_ = lenient;
    variables_ = before;
    forget(CommandList{Chain{{ChainLink{ChainLink::When::always, Pipeline{{*each.function}, false}}}, false}});
  }

  void compound(const Compound& each) {
    const auto before = variables_;
    if (each.kind == Compound::Kind::function) return function(each);
    if (each.kind == Compound::Kind::choice)
      for (const ShellWord& word : each.words) look_into(word);
    if (each.kind == Compound::Kind::for_each) return for_each(each);
    if (each.kind == Compound::Kind::while_ || each.kind == Compound::Kind::until_) {
      // Later rounds find what earlier ones have set.
      for (const Compound::Branch& loop : each.branches) forget(loop.body);
      forget(each.body);
    }
    for (const Compound::Branch& branch : each.branches) {
      list(branch.condition);
      list(branch.body);
    }
    list(each.body);
    if (each.kind == Compound::Kind::subshell) {
      variables_ = before;
    } else if (each.kind == Compound::Kind::branch || each.kind == Compound::Kind::choice) {
      for (const Compound::Branch& branch : each.branches) forget(branch.body);
      forget(each.body);
    }
  }

  void for_each(const Compound& loop) {
    for (const ShellWord& word : loop.words) look_into(word);
    if (loop.over_arguments && lenient_) {
      variables_[loop.variable] = std::nullopt;
      forget(loop.body);
      return list(loop.body);
    }
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
          if (each.simple.words.empty())
            for (const Assignment& set : each.simple.assignments) variables_[set.name] = std::nullopt;
          if (!each.simple.words.empty()) sets_variables(each.simple);
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

  bool lenient_;  // more is set than can be seen
  const ScriptNames& scripts_;
  ReadFunctions read_;
  std::map<std::string, std::optional<std::string>> variables_;
  std::set<std::string> functions_;
  std::vector<std::string> no_arguments_;
  std::optional<SyntaxError> error_;
  std::size_t commands_ = 0;
};

}  // namespace

std::optional<SyntaxError> check_words(const CommandList& commands, bool script, const ScriptNames& scripts) {
  return Foresight(script, scripts).run(commands);
}

}  // namespace lvs::control
