// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/words/getopt.h"

namespace lvs::control {

std::optional<Getopt::Option> Getopt::next() {
  if (inside_ != 0) return letter();
  while (at_ < words_.size()) {
    const std::string& word = words_[at_].text;
    if (word == "--") {
      for (++at_; at_ < words_.size(); ++at_) operands_.push_back(at_);
      return std::nullopt;
    }
    if (word.size() > 1 && word[0] == '-') {
      inside_ = 1;
      return letter();
    }
    operands_.push_back(at_++);
  }
  return std::nullopt;
}

Getopt::Option Getopt::letter() {
  const std::string& word = words_[at_].text;
  Option option;
  option.letter = word[inside_++];
  option.word = at_;
  const std::size_t place = option.letter == ':' ? std::string_view::npos : letters_.find(option.letter);
  option.known = place != std::string_view::npos;
  const bool takes = option.known && place + 1 < letters_.size() && letters_[place + 1] == ':';
  if (inside_ < word.size() && !takes) return option;
  if (takes) {
    if (inside_ < word.size()) {
      option.value = word.substr(inside_);
    } else if (at_ + 1 < words_.size()) {
      option.value = words_[++at_].text;
    } else {
      option.missing = true;
    }
  }
  ++at_;
  inside_ = 0;
  return option;
}

}  // namespace lvs::control
