// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/dechunker.h"

#include <algorithm>
#include <utility>

#include "base/numbers.h"

namespace lvs::control {
namespace {

constexpr std::size_t kLongestSizeLine = 4096;  // of a chunk's size, and of a trailer

}  // namespace

bool Dechunker::take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  line_ += bytes.substr(0, end);
  bytes.remove_prefix(std::min(end, bytes.size() - 1) + 1);
  if (end == std::string_view::npos) return false;
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

Dechunker::State Dechunker::take(std::string_view& bytes, std::string& to, std::uint64_t most) {
  while (!bytes.empty()) {
    if (part_ == Part::data) {
      const std::size_t size = std::min<std::uint64_t>(left_, bytes.size());
      to += bytes.substr(0, size);
      bytes.remove_prefix(size);
      left_ -= size;
      total_ += size;
      if (left_ == 0) part_ = Part::data_end;
      continue;
    }
    const bool whole = take_line(bytes);
    if (line_.size() > kLongestSizeLine) return State::failed;
    if (!whole) return State::more;
    const std::string line = std::exchange(line_, {});
    if (part_ == Part::trailer) {
      if (line.empty()) return State::done;
    } else if (part_ == Part::data_end) {
      if (!line.empty()) return State::failed;
      part_ = Part::size;
    } else {
      std::string_view digits = std::string_view(line).substr(0, line.find_first_of("; \t"));
      const auto size = base::number<std::int64_t>(digits, 16);
      if (!size || *size < 0) return State::failed;
      left_ = static_cast<std::uint64_t>(*size);
      if (most != 0 && (total_ > most || left_ > most - total_)) return State::too_large;
      part_ = left_ == 0 ? Part::trailer : Part::data;
    }
  }
  return State::more;
}

}  // namespace lvs::control
