// SPDX-License-Identifier: GPL-2.0-or-later
// A body in chunks taken apart (RFC 9112 section 7.1; nginx: ngx_http_parse_chunked()).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lvs::control {

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

}  // namespace lvs::control
