// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/zone-tokens.h"

#include <utility>

namespace lvs::named {

// Behind the opening quote. False: there is no closing one.
bool ZoneTokens::quoted(std::string& word) {
  for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
    if (text_[at_] == '"') return ++at_, true;
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
    word += text_[at_];
  }
  error_ = "unbalanced quotes";
  return false;
}

bool ZoneTokens::next(Line& line) {
  line = {};
  if (at_ >= text_.size() || !error_.empty()) return false;
  line.blank = text_[at_] == ' ' || text_[at_] == '\t';
  unsigned open = 0;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '\n') {
      line.number = number_++;
      ++at_;
      if (open == 0) return true;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == ';') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == '(') {
      ++open, ++at_;
    } else if (c == ')') {
      if (open == 0) return error_ = "unbalanced parentheses", false;
      --open, ++at_;
    } else if (c == '"') {
      ZoneWord word{{}, true};
      ++at_;
      if (!quoted(word.text)) return false;
      line.words.push_back(std::move(word));
    } else {
      ZoneWord word;
      while (at_ < text_.size() && std::string_view(" \t\r\n;()\"").find(text_[at_]) == std::string_view::npos) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') word.text += text_[at_++];
        word.text += text_[at_++];
      }
      line.words.push_back(std::move(word));
    }
    if (line.words.size() > 1000) return error_ = "too many words", false;
  }
  line.number = number_;
  if (open != 0) return error_ = "unbalanced parentheses", false;
  return true;
}

}  // namespace lvs::named
