// SPDX-License-Identifier: GPL-2.0-or-later
// What a web server answers to HTTP_GET, read and judged piece by piece as keepalived does (check_http.c, lib/html.c).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "daemons/keepalived/conf/check-values.h"

namespace lvs::keepalived {

// What keepalived and genhash ask a web server.
std::string http_request(std::string_view path, int http_minor, bool connection_close, std::string_view host);

// Content-Length of a head; nothing: there is none, or no number.
std::optional<std::size_t> content_length_in(const std::string& head);

class HttpAnswer {
 public:
  using Log = std::function<void(std::string_view text)>;
  HttpAnswer(const CheckUrl& url, const std::optional<RegexStack>& stack, Log log);

  // How much the next read() asks for; 0: keepalived's buffer is full, and takes that for the end.
  std::size_t room() const { return kBuffer - 1 - buffer_.size(); }
  void take(std::string_view bytes);

  bool has_head() const { return has_head_; }  // the empty line has come
  int status() const { return status_; }       // 0: none
  // Content-Length, and how much keepalived counts; both where they differ.
  struct Lengths {
    std::size_t said, counted;
  };
  std::optional<Lengths> mismatch() const;
  std::string digest() { return md5_.digits(); }  // once
  bool matches() const { return matched_; }       // the regex

 private:
  static constexpr std::size_t kBuffer = 4096;

  void count_digest(std::string_view body);
  bool keeps();  // a match of the regex may be cut in two: the buffer stays

  const CheckUrl& url_;
  const std::optional<RegexStack>& stack_;
  Log log_;
  std::string buffer_;
  bool has_head_ = false;
  int status_ = 0;
  std::optional<std::size_t> length_;
  std::size_t counted_ = 0;  // bytes of the page; those that stay in the buffer count twice
  base::Digest md5_{"md5"};
  bool matched_ = false;
  std::size_t before_ = 0;     // bytes in front of the buffer, the head's among them
  std::size_t looked_at_ = 0;  // bytes of the buffer that were looked at before, kept for what looks behind
};

}  // namespace lvs::keepalived
