// SPDX-License-Identifier: GPL-2.0-or-later
// The words of an nginx.conf, directive by directive (nginx: ngx_conf_read_token()).
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace lvs::nginx {

class ConfTokens {
 public:
  explicit ConfTokens(std::string text) : text_(std::move(text)) {}

  enum class Kind : unsigned char { simple, block_begin, block_end, file_end, error };
  // Words up to the next ";", "{", "}" or the end. Of an error, error() says what it is and line() where.
  Kind next(std::vector<std::string>& words);
  std::size_t line() const { return line_; }
  const std::string& error() const { return error_; }

 private:
  Kind fail(std::string text);
  Kind at_end(const std::vector<std::string>& words, bool within);
  // The word from `start` to `end`, escapes resolved.
  std::string word(std::size_t start, std::size_t end) const;

  std::string text_, error_;
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace lvs::nginx
