// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/words/long-getopt.h"

namespace lvs::control {

std::optional<LongGetopt::Option> LongGetopt::next() {
  if (inside_ != 0) return letter();
  if (at_ >= words_.size()) return std::nullopt;
  const std::string& word = words_[at_].text;
  if (!only_words_ && word == "--") {
    only_words_ = true;
    ++at_;
    return next();
  }
  if (only_words_ || word.size() < 2 || word[0] != '-') {
    Option option{kWord, 0, true, word, word, words_[at_].column};
    ++at_;
    return option;
  }
  if (word[1] == '-') return long_option(word);
  inside_ = 1;
  return letter();
}

LongGetopt::Option LongGetopt::long_option(const std::string& word) {
  Option option{'?', 0, false, {}, word, words_[at_].column};
  ++at_;
  const std::size_t equals = word.find('=');
  const std::string_view name = std::string_view(word).substr(2, equals == std::string::npos ? equals : equals - 2);
  const LongOption* found = nullptr;
  for (const LongOption& each : options_) {
    if (!each.name.starts_with(name)) continue;
    if (each.name == name) {
      found = &each;
      break;
    }
    if (found != nullptr && (found->code != each.code || found->argument != each.argument)) return option;  // ambiguous
    found = &each;
  }
  if (found == nullptr) return option;
  if (equals != std::string::npos) {
    if (found->argument == LongOption::Argument::none) return option;
    option.has_value = true;
    option.value = word.substr(equals + 1);
  } else if (found->argument == LongOption::Argument::required) {
    if (peek() == nullptr) {
      option.code = ':';
      option.asked = found->code;
      return option;
    }
    option.has_value = true;
    option.value = take();
  }
  option.code = found->code;
  return option;
}

LongGetopt::Option LongGetopt::letter() {
  const std::string& word = words_[at_].text;
  const char c = word[inside_++];
  Option option{'?', 0, false, {}, word, words_[at_].column};
  const std::size_t place = c == ':' ? std::string_view::npos : letters_.find(c);
  const bool takes = place != std::string_view::npos && letters_.substr(place + 1).starts_with(':');
  const bool may = takes && letters_.substr(place + 1).starts_with("::");
  if (place != std::string_view::npos) {
    option.code = c;
  } else {
    option.value = std::string(1, c);
  }
  if (inside_ < word.size() && !takes) return option;
  if (takes && inside_ < word.size()) {
    option.has_value = true;
    option.value = word.substr(inside_);
  }
  ++at_;
  inside_ = 0;
  if (takes && !may && !option.has_value) {
    if (peek() == nullptr) {
      option.code = ':';
      option.asked = c;
      return option;
    }
    option.has_value = true;
    option.value = take();
  }
  return option;
}

}  // namespace lvs::control
