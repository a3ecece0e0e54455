// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/ranges.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/numbers.h"
#include "daemons/nginx/http/headers.h"

namespace lvs::nginx {
namespace {

void skip_blanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); }

// One of them, without the comma behind it; nothing: it cannot be read.
std::optional<ByteRange> take_range(std::string_view& text, std::uint64_t length) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const auto number = [&]() -> std::optional<std::uint64_t> {
    const auto value = base::take_number<std::uint64_t>(text);
    return value && *value <= kMost ? value : std::nullopt;
  };
  skip_blanks(text);
  const bool suffix = text.starts_with('-');
  ByteRange range;
  if (!suffix) {
    const auto begin = number();
    skip_blanks(text);
    if (!begin || !text.starts_with('-')) return std::nullopt;
    range.begin = *begin;
  }
  text.remove_prefix(1);
  skip_blanks(text);
  if (!suffix && (text.empty() || text.front() == ',')) {
    range.end = length;
    return range;
  }
  const auto end = number();
  skip_blanks(text);
  if (!end || (!text.empty() && text.front() != ',')) return std::nullopt;
  if (suffix) return ByteRange{*end < length ? length - *end : 0, length};
  range.end = *end >= length ? length : *end + 1;
  return range;
}

}  // namespace

AskedRanges asked_ranges(std::string_view field, std::uint64_t length) {
  using Answer = AskedRanges::Answer;
  constexpr std::string_view kUnit = "bytes=";
  if (field.size() <= kUnit.size() || !same_name(field.substr(0, kUnit.size()), kUnit)) return {};
  field.remove_prefix(kUnit.size());
  AskedRanges asked;
  std::uint64_t size = 0;
  for (;;) {
    const auto range = take_range(field, length);
    if (!range) return {Answer::none, {}};
    if (range->begin < range->end) {
      asked.parts.push_back(*range);
      size += range->end - range->begin;
    } else if (range->begin == 0) {
      return {};
    }
    if (field.empty()) break;
    field.remove_prefix(1);
  }
  if (asked.parts.empty()) return {Answer::none, {}};
  if (size > length) return {};
  asked.answer = Answer::parts;
  return asked;
}

}  // namespace lvs::nginx
