// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/http-body.h"

#include <algorithm>
#include <cctype>

#include "base/numbers.h"

namespace lvs::control {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(text[i])) != prefix[i]) return false;
  return true;
}

std::string http_field(std::string_view head, std::string_view name) {
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    if (starts_with_ignoring_case(line, name))
      return std::string(line.substr(std::min(line.find_first_not_of(' ', name.size()), line.size())));
    at = end + 2;
  }
  return {};
}

void HttpBody::expect(std::string_view head) {
  if (starts_with_ignoring_case(http_field(head, "transfer-encoding:"), "chunked")) {
    chunks_.emplace();
    return;
  }
  const std::string digits = http_field(head, "content-length:");
  std::string_view rest = digits;
  if (const auto value = base::take_number<std::uint64_t>(rest)) length_ = *value;
}

void HttpBody::expect_nothing() {
  chunks_.reset();
  length_ = 0;
}

HttpBody::State HttpBody::take(std::string& received) {
  if (chunks_) {
    std::string_view rest = received;
    const Dechunker::State state = chunks_->take(rest, text_);
    received.erase(0, received.size() - rest.size());
    if (state == Dechunker::State::done) return State::whole;
    return state == Dechunker::State::more ? State::more : State::broken;
  }
  const std::uint64_t most = length_ ? *length_ - text_.size() : received.size();
  const std::size_t size = std::min<std::uint64_t>(received.size(), most);
  text_.append(received, 0, size);
  received.erase(0, size);
  return length_ && text_.size() == *length_ ? State::whole : State::more;
}

}  // namespace lvs::control
