// SPDX-License-Identifier: GPL-2.0-or-later
// An awk program at work.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/machine.h"
#include "control/programs/awk/program.h"
#include "control/programs/awk/value.h"

namespace lvs::control::awk {

class Run {
 public:
  Run(const Program& program, Machine& machine, Io& io);

  // NAME=VALUE of the command line; the name has a slot.
  void set(int slot, const std::string& value);
  bool begin();  // false: exit
  // All of one file, its name as in the command.
  bool input(const std::string& name, std::string_view text);
  int end();

 private:
  enum class Flow : std::uint8_t { go, stop, again, next, exit };

  // Bounds of what a program of a stranger may cost: expressions, and bytes of all texts that it makes.
  static constexpr std::uint64_t kMostSteps = 5'000'000, kMostBytes = 64 << 20;
  bool spend(std::size_t bytes = 0);
  void fatal(const std::string& why, int status = 2);

  bool take_record(std::string_view& text, std::string& record) const;
  void set_record(std::string record);
  void split_record();
  std::vector<std::string> pieces(std::string_view text, const std::string& separator);
  void join_fields();
  void rules(Rule::When when);
  bool selected(std::size_t index);

  Flow run(const Block& block);
  Flow run(const Statement& statement);
  Flow loop(const Statement& statement);
  Flow each(const Statement& statement);
  void print(const Statement& statement);
  void put(const Statement& statement, const std::string& text);
  void erase(const Statement& statement);

  Value eval(const Node& node);
  Value assign(const Node& node);
  Value arithmetic(char op, double a, double b);
  Value step(const Node& node);
  bool compares(const Node& node);
  bool matches(const Node& expression, const std::string& text);
  const Regex* expression(const Node& node);
  const Regex* expression(const std::string& text);
  Value field(double number);
  std::string key(const std::vector<NodePtr>& kids);
  void store(const Node& target, Value value);
  void store(int slot, Value value);
  double count_of(const Value& value);

  Value call(const Node& node);
  Value substr(const Node& node);
  Value split(const Node& node);
  Value substitute(const Node& node);
  Value find(const Node& node);

  Value& special(Special which) { return variables_[static_cast<std::size_t>(which)]; }
  std::string special_text(Special which) { return special(which).text(); }

  const Program& program_;
  Machine& machine_;
  Io& io_;
  std::vector<Value> variables_;
  std::vector<Array> arrays_;
  std::vector<bool> within_;  // of each rule: in its range
  std::string record_;
  std::vector<std::string> fields_;
  std::map<std::string, Regex> expressions_;
  std::map<std::string, bool> files_;  // opened: written to
  std::string out_;
  std::uint64_t steps_ = 0, bytes_ = 0;
  bool over_ = false, ended_ = false;
  int status_ = 0;
};

}  // namespace lvs::control::awk
