// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a line, and what is said of one that is not modelled.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control {

// One word of a line, quotes removed.
struct Word {
  std::string text;
  std::size_t column = 0;  // of its first character, from 1
};

// Something in a line that is not modelled, or no sh text at all.
struct SyntaxError {
  std::size_t column = 0;  // from 1
  std::string word;        // may be empty
  std::string reason;      // one line, without the word
  std::string known;       // what is known instead; may be empty

  std::string text() const;  // "column 6: 'foo': unknown option of ping; known: -c -i"
};

// The arguments of one command, taken from the front.
class Args {
 public:
  // `words`: the program's name first.
  explicit Args(const std::vector<Word>& words) : words_(words) {}

  const std::string& program() const { return words_.front().text; }
  bool empty() const { return next_ >= words_.size(); }
  // The next word; empty text when there is none.
  const std::string& peek() const { return empty() ? none_ : words_[next_].text; }
  const std::string& take() { return empty() ? none_ : words_[next_++].text; }
  // The word taken last.
  const std::string& last() const { return words_[next_ == 0 ? 0 : next_ - 1].text; }
  std::size_t left() const { return words_.size() - next_; }

  // About the word taken last.
  SyntaxError unknown(std::string reason, std::string known = {}) const;

 private:
  const std::vector<Word>& words_;
  std::size_t next_ = 1;
  inline static const std::string none_;
};

// Does `text` contain what can only be an IPv6 address or prefix?
bool looks_like_ipv6(std::string_view text);
SyntaxError ipv6_error(const Word& word);

}  // namespace lvs::control
