// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/http-answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace lvs::keepalived {
namespace {

// The number behind the first blank, if it has three digits and a blank behind it; else 0.
int status_in(const std::string& head) {
  const std::size_t blank = head.find_first_of(" \r");
  if (blank == std::string::npos || head[blank] != ' ') return 0;
  const char* digits = head.c_str() + blank + 1;
  if (blank + 4 >= head.size() || *digits == ' ' || digits[3] != ' ') return 0;
  char* end = nullptr;
  const unsigned long status = std::strtoul(digits, &end, 10);
  return end == digits + 3 ? static_cast<int>(status) : 0;
}

}  // namespace

std::string http_request(std::string_view path, int http_minor, bool connection_close, std::string_view host) {
  return fmt::format("GET {} HTTP/1.{}\r\nUser-Agent: KeepAliveClient\r\n{}Host: {}\r\n\r\n", path, http_minor,
                     connection_close ? "Connection: close\r\n" : "", host);
}

std::optional<std::size_t> content_length_in(const std::string& head) {
  constexpr std::string_view kLength = "Content-Length:";
  const std::size_t at = std::string_view(head.c_str()).find(kLength);
  if (at == std::string_view::npos) return std::nullopt;
  char* end = nullptr;
  const std::size_t length = std::strtoul(head.c_str() + at + kLength.size(), &end, 10);
  if (*end != '\0' && *end != '\r' && *end != '\n') return std::nullopt;
  return length;
}

HttpAnswer::HttpAnswer(const CheckUrl& url, const std::optional<RegexStack>& stack, Log log)
    : url_(url), stack_(stack), log_(std::move(log)) {}

void HttpAnswer::take(std::string_view bytes) {
  buffer_ += bytes;
  if (has_head_) {
    count_digest(bytes);
    counted_ += buffer_.size();
    if (!url_.regex || !keeps()) buffer_.clear();
    return;
  }
  const std::size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  has_head_ = true;
  status_ = status_in(buffer_);
  length_ = content_length_in(buffer_);
  const std::string_view body = std::string_view(buffer_).substr(end + 4);
  count_digest(body);
  counted_ = body.size();
  // With the first of the page the head is looked at too; a head that comes alone is not.
  if (body.empty() || !url_.regex || !keeps()) buffer_.clear();
}

void HttpAnswer::count_digest(std::string_view body) {
  if (!url_.digest.empty() && (!length_ || *length_ > counted_))
    md5_.add(body.substr(0, length_ ? *length_ - counted_ : std::string_view::npos));
}

bool HttpAnswer::keeps() {
  if (matched_) return false;
  const std::size_t size = buffer_.size(), lookbehind = url_.regex->lookbehind();
  std::size_t from = 0;
  if (url_.regex_min_offset != 0) {
    // Unsigned as keepalived's: a least offset below what the pattern looks behind is never reached.
    if (before_ + size < url_.regex_min_offset - lookbehind) {
      before_ += size;
      return false;
    }
    if (before_ < url_.regex_min_offset) from = url_.regex_min_offset - before_;
  }
  if (url_.regex_beyond != 0 && before_ + looked_at_ >= url_.regex_beyond) {
    before_ += size;
    return false;
  }
  from = std::max(from, std::exchange(looked_at_, 0));
  const HttpRegex::Match found = url_.regex->match(buffer_, from, url_.regex_use_stack ? stack_ : std::nullopt);
  if (found.found == HttpRegex::Found::partial) {
    if (found.begin > lookbehind) {
      const std::size_t gone = found.begin - lookbehind;
      buffer_.erase(0, gone);
      before_ += gone;
      looked_at_ = lookbehind;
    } else if (size == kBuffer - 1) {
      before_ += size;
      log_("Regex partial match preserve too large - discarding");
      return false;
    }
    return true;
  }
  if (found.found == HttpRegex::Found::failed)
    log_(found.no_memory ? "Regex an out of memory" : fmt::format("Unknown regex error {}", found.error));
  if (found.found == HttpRegex::Found::match)
    matched_ = url_.regex_beyond == 0 || before_ + found.begin < url_.regex_beyond;
  before_ += size;
  return false;
}

std::optional<HttpAnswer::Lengths> HttpAnswer::mismatch() const {
  if (!length_ || *length_ == counted_) return std::nullopt;
  return Lengths{*length_, counted_};
}

}  // namespace lvs::keepalived
