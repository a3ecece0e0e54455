// SPDX-License-Identifier: GPL-2.0-or-later
// One word of sh text, its parts as pieces that are not split yet. Internal to the shell.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/machine/shell/bash/values.h"
#include "control/machine/shell/expand.h"

namespace lvs::control {

// What a part of a word has become.
struct Piece {
  std::string text;
  bool quoted = false;  // neither split nor a pattern
  bool split = false;   // at white space
  bool ends = false;    // a field ends before it: between the arguments of $@
};

class Expander {
 public:
  Expander(const ShellValues& values, Expanded& result) : values_(values), result_(result) {}

  void word(const ShellWord& word) {
    for (const WordPart& each : word.parts) part(each);
  }
  bool no_word() const { return no_word_; }
  std::vector<Piece> take() { return std::exchange(pieces_, {}); }

 private:
  using Words = std::vector<std::string>;

  void add(std::string text, bool quoted, bool split, bool ends = false);
  void add(const std::optional<std::string>& value, bool quoted);
  void take_error(const Expanded& from);
  void demand(const std::string& name, const std::string& text);
  void want(const std::string& name);  // set -u
  std::string missing(bool or_empty) const;
  std::optional<std::string> inner(const ShellWord& word, bool pattern);

  void part(const WordPart& part);
  void arithmetic(const WordPart& part);
  void calculate(const std::string& expression, bool quoted);
  void variable(const WordPart& part);
  void used(const WordPart& part);
  void plain(const WordPart& part);
  void cut(const WordPart& part);
  void list(const WordPart& part, const Words& words);

  // of-bash.cc: what bash alone has
  void indirect(const WordPart& part);
  void element(const WordPart& part);
  void changed(const WordPart& part, const BashWord& bash);
  std::optional<Words> words_of(const WordPart& part);
  void changed_list(const WordPart& part);
  void slice(const WordPart& part, const BashWord& bash, Words words);
  std::optional<long long> number(const std::string& text);

  const ShellValues& values_;
  Expanded& result_;
  std::vector<Piece> pieces_;
  bool in_value_ = false;  // texts are a part of a value, which is split
  bool no_word_ = false;   // "$@" of nothing, though it is quoted
};

}  // namespace lvs::control
