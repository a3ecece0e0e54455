// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a zone file, record by record: parentheses hold lines together, ";" begins a comment.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::named {

struct ZoneWord {
  std::string text;  // without its quotes
  bool quoted = false;
};

class ZoneTokens {
 public:
  explicit ZoneTokens(std::string_view text) : text_(text) {}

  struct Line {
    std::vector<ZoneWord> words;
    bool blank = false;      // it begins with a blank: the owner is that of the record before
    std::size_t number = 0;  // of its last line, from 1
  };
  // False: the end, or an error.
  bool next(Line& line);
  const std::string& error() const { return error_; }  // "unbalanced parentheses"
  std::size_t line() const { return number_; }

 private:
  bool quoted(std::string& word);

  std::string_view text_;
  std::size_t at_ = 0, number_ = 1;
  std::string error_;
};

}  // namespace lvs::named
