// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/wget/answer.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/numbers.h"

namespace lvs::control {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

WgetAnswer::WgetAnswer(std::string head, bool of_head) : head_(std::move(head)) {
  const std::string line = head_.substr(0, head_.find("\r\n"));
  std::string_view digits = std::string_view(line).substr(std::min(line.find(' '), line.size()));
  digits.remove_prefix(digits.empty() ? 0 : 1);
  code_ = base::take_number<int>(digits).value_or(0);
  reason_ = digits.empty() ? std::string() : std::string(digits.substr(1));
  length_ = base::number<std::uint64_t>(field("content-length:"));
  if (code_ == 204) length_ = 0;
  if (of_head || in_small_letters(field("transfer-encoding:")) != "chunked") return;
  chunks_.emplace();
  length_.reset();
}

std::string WgetAnswer::field(std::string_view name) const {
  for (std::size_t at = head_.find("\r\n"); at != std::string::npos && at + 2 < head_.size();
       at = head_.find("\r\n", at + 2)) {
    const std::string line = head_.substr(at + 2, head_.find("\r\n", at + 2) - at - 2);
    if (!in_small_letters(line).starts_with(name)) continue;
    const std::size_t value = line.find_first_not_of(' ', name.size());
    return value == std::string::npos ? std::string() : line.substr(value);
  }
  return {};
}

std::string WgetAnswer::location() const {
  return code_ >= 301 && code_ <= 308 && code_ != 304 ? field("location:") : std::string();
}

bool WgetAnswer::stays() const {
  const std::string said = in_small_letters(field("connection:"));
  return head_.starts_with("HTTP/1.1") ? said != "close" : said == "keep-alive";
}

bool WgetAnswer::html() const {
  const std::string type = in_small_letters(field("content-type:"));
  return type.empty() || type.starts_with("text/html") || type.starts_with("application/xhtml+xml");
}

WgetAnswer::State WgetAnswer::take(std::string& received, bool ended) {
  if (chunks_) {
    std::string_view rest = received;
    const Dechunker::State state = chunks_->take(rest, body_);
    received.erase(0, received.size() - rest.size());
    if (state == Dechunker::State::done) return State::whole;
    return state == Dechunker::State::more && !ended ? State::more : State::broken;
  }
  const std::size_t most = length_ ? *length_ - body_.size() : received.size();
  const std::size_t size = std::min(received.size(), most);
  body_.append(received, 0, size);
  received.erase(0, size);
  if (length_ ? body_.size() == *length_ : ended) return State::whole;
  return ended ? State::broken : State::more;
}

}  // namespace lvs::control
