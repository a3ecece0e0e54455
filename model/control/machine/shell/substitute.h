// SPDX-License-Identifier: GPL-2.0-or-later
// $(...) in words: their commands run before the words are expanded. Internal to the shell.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "control/machine/shell/expand.h"
#include "control/machine/shell/run.h"
#include "control/machine/shell/subshell.h"

namespace lvs::control {

// The substitutions of some words, and all values that expansion needs.
class Substitutions final : public ShellValues {
 public:
  Substitutions(ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), streams_(streams), root_(root) {}

  void add(const ShellWord& word);
  // Runs them in order; true once all have ended.
  bool advance();
  bool any() const { return !all_.empty(); }
  int status() const { return status_; }  // of the last one

  std::optional<std::string> variable(const std::string& name) const override;
  std::optional<bool> is_set(const std::string& name) const override;
  bool is_bash() const override { return scope_.bash; }
  bool wants_variables() const override { return scope_.wants_variables; }
  bool drops_patterns() const override { return scope_.drops_patterns && !scope_.plain_patterns; }
  std::optional<std::string> substitution(const WordPart& part) const override;
  const std::vector<std::string>* arguments() const override { return &scope_.arguments; }
  void assign(const std::string& name, const std::string& value) const override { scope_.variables[name] = value; }
  std::vector<std::string> files(std::string_view pattern) const override;

 private:
  std::optional<std::string> own_variable(const std::string& name) const;

  struct Each {
    const WordPart* part;
    std::string printed{};
    InputPtr from{};
  };
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::deque<Each> all_;
  std::size_t next_ = 0;
  int status_ = 0;
  std::unique_ptr<Subshell> runner_;
};

}  // namespace lvs::control
