// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/kernel/body.h"

#include <algorithm>

namespace lvs::ktcpvs {
namespace {

constexpr std::size_t kLongestLine = 4096;

}  // namespace

void Body::begin(const MessageHead& head) {
  left_ = head.content_length > 0 ? static_cast<std::size_t>(head.content_length) : 0;
  step_ = head.chunked ? Step::chunk_line : left_ > 0 ? Step::bytes : Step::over;
}

void Body::take(std::string& from, std::string& to) {
  while (!over() && !broken() && !from.empty()) {
    if (step_ == Step::bytes || step_ == Step::chunk) {
      const std::size_t size = std::min(left_, from.size());
      to.append(from, 0, size);
      from.erase(0, size);
      left_ -= size;
      if (left_ == 0) step_ = step_ == Step::bytes ? Step::over : Step::chunk_line;
      continue;
    }
    const std::size_t end = from.find("\r\n");
    if (end == std::string::npos) {
      if (from.size() > kLongestLine) step_ = Step::broken;
      return;
    }
    if (step_ == Step::trailer) {
      if (end == 0) step_ = Step::over;
    } else {
      const long size = chunk_size(std::string_view(from).substr(0, end));
      step_ = size < 0 ? Step::broken : size == 0 ? Step::trailer : Step::chunk;
      left_ = size > 0 ? static_cast<std::size_t>(size) + 2 : 0;
    }
    to.append(from, 0, end + 2);
    from.erase(0, end + 2);
  }
}

}  // namespace lvs::ktcpvs
