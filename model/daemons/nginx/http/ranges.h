// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of a page that a client asks for (nginx: ngx_http_range_parse()).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lvs::nginx {

struct ByteRange {
  std::uint64_t begin = 0, end = 0;  // without `end`
};

struct AskedRanges {
  enum class Answer : std::uint8_t { whole, parts, none };  // none: 416
  Answer answer = Answer::whole;
  std::vector<ByteRange> parts;
};
// Of the field Range of a page of `length` bytes. The whole page: what is asked for is none of its parts, or more.
AskedRanges asked_ranges(std::string_view field, std::uint64_t length);

}  // namespace lvs::nginx
