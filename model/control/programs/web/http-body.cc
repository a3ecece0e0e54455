// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/curl/body.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "control/programs/web/curl/text.h"

namespace lvs::control {

void CurlBody::expect(std::string_view header) {
  if (curl_header_field(header, "transfer-encoding:") == "chunked") {
    chunks_.emplace();
    return;
  }
  const std::string digits = curl_header_field(header, "content-length:");
  std::string_view rest = digits;
  if (const auto value = base::take_number<std::uint64_t>(rest)) length_ = *value;
}

CurlBody::State CurlBody::take(std::string& received) {
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

std::string CurlBody::missing() const {
  if (chunks_) return "transfer closed with outstanding read data remaining";
  if (length_ && text_.size() < *length_)
    return fmt::format("transfer closed with {} bytes remaining to read", *length_ - text_.size());
  return {};
}

}  // namespace lvs::control
