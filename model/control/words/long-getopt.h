// SPDX-License-Identifier: GPL-2.0-or-later
// Options as getopt_long(3) takes them with "-" in front: long ones too, abbreviated, and words that are no options are
// given back in their place (as 1). iptables and arptables want this, for a word changes what the next one means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/words/word.h"

namespace lvs::control {

struct LongOption {
  enum class Argument : unsigned char { none, required, optional };
  std::string_view name;
  Argument argument = Argument::none;
  int code = 0;  // what is given back
};

class LongGetopt {
 public:
  static constexpr int kWord = 1;  // a word that is no option; in value

  // `letters` as for getopt(3): "A:L::n". `options` may grow between calls.
  LongGetopt(const std::vector<Word>& words, std::string_view letters, const std::vector<LongOption>& options)
      : words_(words), letters_(letters), options_(options) {}

  struct Option {
    int code = 0;   // '?': unknown or ambiguous; ':' the argument is missing
    int asked = 0;  // the option that a ':' is about
    bool has_value = false;
    std::string value;
    std::string text;  // the word it stands in
    std::size_t column = 0;
  };
  std::optional<Option> next();

  // Looks at the word of an unknown long option again, now that there are more options.
  void again() { --at_; }

  // The word after what was taken, and the means to take it (the tools' own `argv[optind]`).
  const std::string* peek() const { return at_ < words_.size() ? &words_[at_].text : nullptr; }
  std::string take() { return words_[at_++].text; }
  // It is there, and neither an option nor "!".
  bool operand_follows() const {
    const std::string* word = peek();
    return word != nullptr && (word->empty() || (word->front() != '-' && word->front() != '!'));
  }

 private:
  Option long_option(const std::string& word);
  Option letter();

  const std::vector<Word>& words_;
  std::string_view letters_;
  const std::vector<LongOption>& options_;
  std::size_t at_ = 1;
  std::size_t inside_ = 0;  // place in a cluster of letters, 0: at a new word
  bool only_words_ = false;
};

}  // namespace lvs::control
