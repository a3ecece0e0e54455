// SPDX-License-Identifier: GPL-2.0-or-later
// What servers answer: the head, line by line as it comes (nginx: ngx_http_parse_status_line()).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/programs/web/dechunker.h"
#include "daemons/nginx/http/head-lines.h"
#include "daemons/nginx/http/headers.h"

namespace lvs::nginx {

using control::Dechunker;

struct AnswerHead {
  unsigned status = 0;
  std::string status_line;  // "200 OK"
  unsigned version = 9;     // 9: it has no head
  Headers headers;
  std::optional<std::uint64_t> length;
  bool chunked = false, keep = false;
  std::size_t size = 0;
};

class AnswerParser {
 public:
  enum class State : std::uint8_t { more, done, failed };
  // As RequestParser::parse().
  State parse(std::string_view received);
  const AnswerHead& head() const { return head_; }
  // Of a failure: what the error log says.
  std::string_view error() const { return error_; }

 private:
  State take_status(std::string_view line);
  State take_header(std::string_view line);

  AnswerHead head_;
  HeadLines lines_;
  bool in_headers_ = false;
  std::string_view error_;
};

}  // namespace lvs::nginx
