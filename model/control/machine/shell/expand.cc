// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/expand.h"

#include <algorithm>

#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/expansion/expander.h"
#include "control/machine/shell/pattern.h"

namespace lvs::control {
namespace {

class Splitter {
 public:
  Splitter(std::size_t column, const ShellValues& values, std::vector<Word>& words)
      : column_(column), values_(values), words_(words), separators_(separators_of(values)) {}

  void add(const Piece& piece) {
    if (piece.ends) end();
    if (!piece.split) return add(piece.text, piece.quoted);
    for (const char c : piece.text) {
      const bool separates = separators_.find(c) != std::string::npos;
      if (!separates) {
        add({&c, 1}, piece.quoted);
      } else if (c == ' ' || c == '\t' || c == '\n') {
        behind_blank_ = behind_blank_ || open_;
        end();
      } else {  // each is an end of its own, but for blanks before it
        open_ = open_ || !behind_blank_;
        end();
        behind_blank_ = false;
      }
    }
  }
  void end() {
    if (open_) {
      std::vector<std::string> names;
      if (is_pattern(pattern_)) names = values_.files(pattern_);
      for (std::string& name : names) words_.push_back({std::move(name), column_});
      const bool gone = names.empty() && values_.drops_patterns() && is_pattern(pattern_);
      if (names.empty() && !gone) words_.push_back({std::move(current_), column_});
    }
    current_.clear();
    pattern_.clear();
    open_ = false;
  }

 private:
  void add(std::string_view text, bool quoted) {
    open_ = true;
    behind_blank_ = false;
    current_ += text;
    pattern_ += quoted ? plain_pattern(text) : std::string(text);
  }

  std::size_t column_;
  const ShellValues& values_;
  std::vector<Word>& words_;
  std::string separators_;
  std::string current_, pattern_;
  bool open_ = false;
  bool behind_blank_ = false;  // a field ended at one, and no other sign has come
};

}  // namespace

std::string separators_of(const ShellValues& values) {
  return values.is_set("IFS").value_or(false) ? values.variable("IFS").value_or(" \t\n") : " \t\n";
}

std::optional<bool> uses_word(const WordPart& part, const ShellValues& values) {
  std::string name = part.text;
  if (is_indirect(name)) {
    const auto target = named_by(values, name);
    if (!target) return std::nullopt;
    name = *target;
  }
  const bool list = is_list(name);
  if (!list && name.ends_with(']')) name = element_variable(values, name);
  std::optional<bool> has = list || name.empty() ? std::nullopt : values.is_set(name);
  if (list) {
    Expanded all;
    Expander expander(values, all);
    std::ranges::replace(name, '*', '@');
    expander.word({{{WordPart::Kind::variable, true, name, {}}}});
    if (!all.known) return std::nullopt;
    const std::vector<Piece> pieces = expander.take();
    has = pieces.size() > 1 || (pieces.size() == 1 && (!part.or_empty || !pieces.front().text.empty()));
  } else if (has && *has && part.or_empty) {
    const auto value = values.variable(name);
    has = value ? std::optional(!value->empty()) : std::nullopt;
  }
  if (!has) return std::nullopt;
  return part.use == ValueUse::alternative ? *has : !*has;
}

Expanded expand(const std::vector<ShellWord>& words, const ShellValues& values) {
  Expanded result;
  for (const ShellWord& word : words) {
    Expander expander(values, result);
    expander.word(word);
    const std::vector<Piece> pieces = expander.take();
    if (expander.no_word() && std::ranges::all_of(pieces, [](const Piece& piece) { return piece.text.empty(); }))
      continue;
    Splitter fields(word.column, values, result.words);
    for (const Piece& piece : pieces) fields.add(piece);
    fields.end();
  }
  return result;
}

Expanded expand_whole(const ShellWord& word, const ShellValues& values) {
  Expanded result;
  Expander expander(values, result);
  expander.word(word);
  std::string text;
  for (const Piece& piece : expander.take()) text.append(piece.ends ? " " : "").append(piece.text);
  result.words.push_back({std::move(text), word.column});
  return result;
}

namespace {

// One text, of which `plain` makes what is quoted.
Expanded expand_with(const ShellWord& word, const ShellValues& values, std::string (*plain)(std::string_view)) {
  Expanded result;
  Expander expander(values, result);
  expander.word(word);
  std::string text;
  for (const Piece& piece : expander.take()) {
    if (piece.ends) text += ' ';
    text += piece.quoted ? plain(piece.text) : piece.text;
  }
  result.words.push_back({std::move(text), word.column});
  return result;
}

std::string plain_expression(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\.[]()*+?{}|^$").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

Expanded expand_pattern(const ShellWord& word, const ShellValues& values) {
  return expand_with(word, values, plain_pattern);
}

Expanded expand_expression(const ShellWord& word, const ShellValues& values) {
  return expand_with(word, values, plain_expression);
}

}  // namespace lvs::control
