// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a line of lab.check.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lvs::control {

struct CheckWord {
  enum class Kind : unsigned char { word, command, text };  // bare, in backquotes, in double quotes
  std::string text;
  std::size_t column = 1;
  Kind kind = Kind::word;
};

struct SentenceFault {
  std::size_t column = 1;
  std::string reason;
};

// Names that stand for addresses.
using CheckNames = std::map<std::string, std::string, std::less<>>;
// Each name that is a word of `text` replaced.
std::string with_addresses(std::string_view text, const CheckNames& names);

// "the" says nothing and is left out; a comma or colon behind a word is a word.
base::Result<std::vector<CheckWord>, SentenceFault> words_of_check(std::string_view line, const CheckNames& names);

// Reads words one after another; what does not fit is thrown as a SentenceFault, within parse_exercise() alone.
class Sentence {
 public:
  Sentence(std::vector<CheckWord> words, std::size_t end) : words_(std::move(words)), end_(end) {}

  bool done() const { return at_ == words_.size(); }
  const CheckWord* peek() const { return done() ? nullptr : &words_[at_]; }
  // The next words are these ("can fetch"): takes them.
  bool take(std::string_view phrase);
  void expect(std::string_view phrase);
  const CheckWord& next(std::string_view what);
  unsigned number(std::string_view what, unsigned most);
  [[noreturn]] void fail(const std::string& reason) const;  // at the next word
  [[noreturn]] static void fail_at(const CheckWord& word, const std::string& reason);

 private:
  std::vector<CheckWord> words_;
  std::size_t at_ = 0, end_;
};

}  // namespace lvs::control
