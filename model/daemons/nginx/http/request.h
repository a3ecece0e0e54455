// SPDX-License-Identifier: GPL-2.0-or-later
// The head of a request, read line by line as it comes (nginx: ngx_http_parse_request_line(),
// ngx_http_parse_header_line(), ngx_http_process_request_header()).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemons/nginx/http/head-lines.h"
#include "daemons/nginx/http/headers.h"
#include "daemons/nginx/http/uri.h"

namespace lvs::nginx {

struct RequestHead {
  std::string line;  // as sent, without its end
  std::string method, target;
  UriParts uri;
  unsigned version = 10;  // 9, 10, 11
  Headers headers;
  std::string host;                     // without port, small letters; empty: none was sent
  std::optional<std::uint64_t> length;  // of the body
  bool chunked = false, keep = false, expects = false;
  std::size_t size = 0;  // bytes, the empty line included
};

// Who has connected to the proxy in front, and where, as it says (nginx: ngx_proxy_protocol.c, version 1).
struct ProxyHeader {
  std::string addr, server_addr;  // empty: "UNKNOWN"
  std::uint16_t port = 0, server_port = 0;
};
// Takes it off the front of `received`; nothing: there is none.
std::optional<ProxyHeader> take_proxy_header(std::string& received);

class RequestParser {
 public:
  struct Rules {
    std::uint64_t first_buffer = 1024, large_count = 4, large_size = 8192;
    bool underscores = false, ignore_invalid = true, merge_slashes = true;
  };
  explicit RequestParser(const Rules& rules) : rules_(rules) {}

  enum class State : std::uint8_t { more, done, failed };
  // `received`: all of the connection that has not been taken yet, the head's first byte in front; what was there
  // before is still there.
  State parse(std::string_view received);
  const RequestHead& head() const { return head_; }
  RequestHead& head() { return head_; }
  // Of a failure: 400, 405, 414, 494 (the head is too large), 501, 505.
  unsigned status() const { return status_; }
  bool line_seen() const { return !head_.line.empty(); }

 private:
  State fail(unsigned status);
  State take_line(std::string_view line);
  State take_header(std::string_view line);
  bool take_host(std::string_view value);
  State finish();

  Rules rules_;
  RequestHead head_;
  HeadLines lines_;
  unsigned status_ = 0;
  bool in_headers_ = false, has_host_ = false;
};

}  // namespace lvs::nginx
