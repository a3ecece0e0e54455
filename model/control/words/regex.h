// SPDX-License-Identifier: GPL-2.0-or-later
// Regular expressions as grep, sed, awk and pgrep take them (POSIX basic and extended, with GNU's \| \+ \? \< \> \b \w
// \s). Matching takes time in proportion to text times expression, whatever they are, and no recursion.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lvs::control {

class Regex {
 public:
  enum class Syntax : std::uint8_t { basic, extended, fixed };
  struct Options {
    Syntax syntax = Syntax::basic;
    bool ignore_case = false;
    bool whole_word = false;  // grep -w
    bool whole_line = false;  // grep -x
  };
  // The error is what is wrong, as GNU grep says it: "Unmatched [, [^, ..."
  static base::Result<Regex, std::string> compile(std::string_view expression, Options options);

  static constexpr std::size_t kGroups = 10;  // \0 to \9
  struct Match {
    std::size_t begin = 0, end = 0;
    std::array<std::pair<std::size_t, std::size_t>, kGroups> groups{};  // npos: took no part
  };
  // The leftmost match at or behind `from`, the longest there.
  std::optional<Match> search(std::string_view text, std::size_t from = 0) const;
  bool found_in(std::string_view text) const { return search(text).has_value(); }

 private:
  friend class RegexParser;
  struct Step {
    enum class Kind : std::uint8_t {
      set,
      split,
      jump,
      save,
      line_begin,
      line_end,
      word_begin,
      word_end,
      boundary,
      match
    };
    Kind kind = Kind::match;
    std::int32_t to = 0, other = 0;  // relative to this step; save: which; set: index
  };
  using Set = std::bitset<256>;
  class Walk;

  std::optional<Match> match_at(std::string_view text, std::size_t at) const;

  std::vector<Step> steps_;
  std::vector<Set> sets_;
  std::size_t groups_ = 0;
};

}  // namespace lvs::control
