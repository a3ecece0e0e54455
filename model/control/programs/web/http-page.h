// SPDX-License-Identifier: GPL-2.0-or-later
// httpd, the small web server of labs: its options and every byte of its answers. The modelled command and the program
// inside the real kernel share this file, so that their frames compare byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control {

struct HttpdOptions {
  std::uint16_t port = 80;
  std::string address;              // empty: any
  std::optional<std::string> text;  // -t: the page is this line
  std::string file;                 // -f: the page is this file, as it is when asked for
  std::uint64_t size = 0;           // -s: the page has so many bytes
  bool keep = false;                // -k: connections that the client wants to keep are kept
};

// Why options are refused, as the program says it ("httpd: ..." and the usage), or nothing. `words`: without the name.
std::optional<std::string> parse_httpd(const std::vector<std::string>& words, HttpdOptions& options);

// The page of options without a file: the text, `size` bytes, or the name of the host; a line each.
std::string httpd_page(const HttpdOptions& options, std::string_view host_name);

// How far a request has come.
enum class HttpRequest : std::uint8_t { incomplete, get, head, bad };
HttpRequest read_http_request(std::string_view received);
// Of a whole request: how many bytes it has, and whether the client keeps the connection (RFC 9112, 9.3).
std::size_t http_request_size(std::string_view received);
bool http_keeps(std::string_view received);
// The answer to a whole request; `page` empty: there is no such file.
std::string http_answer(HttpRequest request, const std::optional<std::string>& page, bool keep = false);

// The page of an httpd whose options say nothing of a page, where this file is there.
inline constexpr std::string_view kIndexPage = "/var/www/html/index.html";
bool wants_index(const HttpdOptions& options);

inline constexpr unsigned kHttpdBacklog = 511;
inline constexpr int kHttpdIdleSeconds = 5;  // a kept connection without a request is closed then
inline constexpr std::string_view kHttpdService =
    "/run/httpd.conf";  // options of `service httpd start`, if it is there

}  // namespace lvs::control
