// SPDX-License-Identifier: GPL-2.0-or-later
// The body of a request as it comes (nginx: ngx_http_request_body.c).
#pragma once

#include <cstdint>
#include <string>

#include "daemons/nginx/http/request.h"
#include "daemons/nginx/http/response.h"

namespace lvs::nginx {

class RequestBody {
 public:
  enum class State : std::uint8_t { more, whole, bad, too_large };

  explicit RequestBody(const RequestHead& head) : chunked_(head.chunked), left_(head.length.value_or(0)) {}

  // Takes its own off the front of `received`. `most`: of all chunks together; 0: any number.
  State take(std::string& received, std::uint64_t most);
  // Likewise, and forgets what was said.
  State skip(std::string& received);

  bool chunked() const { return chunked_; }
  std::string& text() { return text_; }
  // As sent, sizes of chunks and their like included.
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t still_to_come() const { return left_; }  // of a body with a length
  // Of one that is too large: what there is, and the chunk that would be one too many.
  std::uint64_t before() const { return dechunker_.total(); }
  std::uint64_t refused() const { return dechunker_.left(); }

 private:
  bool chunked_;
  std::uint64_t left_, bytes_ = 0;
  std::string text_;
  Dechunker dechunker_;
};

}  // namespace lvs::nginx
