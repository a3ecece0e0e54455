// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/request-body.h"

#include <algorithm>
#include <string_view>

namespace lvs::nginx {

RequestBody::State RequestBody::take(std::string& received, std::uint64_t most) {
  if (!chunked_) {
    const std::size_t size = std::min<std::uint64_t>(received.size(), left_);
    text_.append(received, 0, size);
    received.erase(0, size);
    left_ -= size;
    bytes_ += size;
    return left_ == 0 ? State::whole : State::more;
  }
  std::string_view rest = received;
  const Dechunker::State state = dechunker_.take(rest, text_, most);
  bytes_ += received.size() - rest.size();
  received.erase(0, received.size() - rest.size());
  switch (state) {
    case Dechunker::State::done: return State::whole;
    case Dechunker::State::failed: return State::bad;
    case Dechunker::State::too_large: return State::too_large;
    case Dechunker::State::more: break;
  }
  return State::more;
}

RequestBody::State RequestBody::skip(std::string& received) {
  const State state = take(received, 0);
  text_.clear();
  return state;
}

}  // namespace lvs::nginx
