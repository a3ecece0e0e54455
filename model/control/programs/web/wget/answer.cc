// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/wget/answer.h"
#include "control/words/small-letters.h"

#include <algorithm>
#include <utility>

#include "base/numbers.h"

namespace lvs::control {
WgetAnswer::WgetAnswer(std::string head) : head_(std::move(head)) {
  const std::string line = head_.substr(0, head_.find("\r\n"));
  std::string_view digits = std::string_view(line).substr(std::min(line.find(' '), line.size()));
  digits.remove_prefix(digits.empty() ? 0 : 1);
  code_ = base::take_number<int>(digits).value_or(0);
  reason_ = digits.empty() ? std::string() : std::string(digits.substr(1));
  if (code_ == 204)
    body_.expect_nothing();
  else
    body_.expect(head_);
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
  const State state = body_.take(received);
  if (state != State::more || !ended) return state;
  return body_.is_delimited() ? State::broken : State::whole;
}

}  // namespace lvs::control
