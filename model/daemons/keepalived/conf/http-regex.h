// SPDX-License-Identifier: GPL-2.0-or-later
// regex of HTTP_GET: patterns of PCRE2, which is keepalived's library too (keepalived: check_http.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lvs::keepalived {

// Where the just-in-time code of all patterns with regex_stack keeps what it has to come back to.
struct RegexStack {
  std::size_t start = 0, most = 0;  // bytes
};

class HttpRegex {
 public:
  // How a pattern cannot be compiled, in PCRE2's words.
  struct Error {
    std::string text;
    std::size_t offset = 0;
  };
  // Null, and `error` told, where the pattern is wrong.
  static std::shared_ptr<const HttpRegex> compile(const std::string& pattern, std::uint32_t options, Error& error);
  ~HttpRegex();
  HttpRegex(const HttpRegex&) = delete;
  HttpRegex& operator=(const HttpRegex&) = delete;

  const std::string& pattern() const { return pattern_; }
  std::uint32_t options() const { return options_; }
  std::size_t lookbehind() const { return lookbehind_; }  // characters in front of a match that it may look at

  enum class Found : std::uint8_t { match, partial, nothing, failed };
  struct Match {
    Found found = Found::nothing;
    std::size_t begin = 0;  // of a match, whole or partial
    int error = 0;          // of one that failed: PCRE2's number
    bool no_memory = false;
  };
  // Looks from `from` on. `subject` may go on: what could still become a match at its end is a partial one.
  Match match(std::string_view subject, std::size_t from, const std::optional<RegexStack>& stack) const;

 private:
  struct Code;
  HttpRegex();

  std::string pattern_;
  std::uint32_t options_ = 0;
  std::size_t lookbehind_ = 0;
  std::unique_ptr<Code> code_;
};

// A word of regex_options; nothing for other words.
std::optional<std::uint32_t> regex_option(std::string_view word);

// The line of a dump: keepalived names all of its options where any is set.
std::string regex_options_text(std::uint32_t options);

}  // namespace lvs::keepalived
