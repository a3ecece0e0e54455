// SPDX-License-Identifier: GPL-2.0-or-later
// What servers answer: the head, line by line as it comes, and bodies in chunks (nginx: ngx_http_parse_status_line(),
// ngx_http_parse_chunked()).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemons/nginx/http/head-lines.h"
#include "daemons/nginx/http/headers.h"

namespace lvs::nginx {

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

// A body in chunks taken apart.
class Dechunker {
 public:
  enum class State : std::uint8_t { more, done, failed, too_large };
  // Takes as much of `bytes` as belongs to the body, and appends what it says to `to`. `most`: of all chunks together;
  // 0: any number.
  State take(std::string_view& bytes, std::string& to, std::uint64_t most = 0);
  // A chunk has been begun and not ended.
  bool within() const { return part_ == Part::data; }
  std::uint64_t left() const { return left_; }    // of the chunk that has been begun
  std::uint64_t total() const { return total_; }  // of chunks so far

 private:
  enum class Part : std::uint8_t { size, data, data_end, trailer };
  bool take_line(std::string_view& bytes);

  Part part_ = Part::size;
  std::string line_;
  std::uint64_t left_ = 0, total_ = 0;
};

}  // namespace lvs::nginx
