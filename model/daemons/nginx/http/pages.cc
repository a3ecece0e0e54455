// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/pages.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace lvs::nginx {
namespace {

struct Status {
  unsigned status;
  std::string_view line;
  std::string_view page;  // where it is not the line
};

constexpr auto kStatuses = std::to_array<Status>({
    {200, "200 OK", {}},
    {201, "201 Created", {}},
    {202, "202 Accepted", {}},
    {204, "204 No Content", {}},
    {206, "206 Partial Content", {}},
    {301, "301 Moved Permanently", {}},
    {302, "302 Moved Temporarily", "302 Found"},
    {303, "303 See Other", {}},
    {304, "304 Not Modified", {}},
    {307, "307 Temporary Redirect", {}},
    {308, "308 Permanent Redirect", {}},
    {400, "400 Bad Request", {}},
    {401, "401 Unauthorized", "401 Authorization Required"},
    {402, "402 Payment Required", {}},
    {403, "403 Forbidden", {}},
    {404, "404 Not Found", {}},
    {405, "405 Not Allowed", {}},
    {406, "406 Not Acceptable", {}},
    {408, "408 Request Time-out", {}},
    {409, "409 Conflict", {}},
    {410, "410 Gone", {}},
    {411, "411 Length Required", {}},
    {412, "412 Precondition Failed", {}},
    {413, "413 Request Entity Too Large", {}},
    {414, "414 Request-URI Too Large", {}},
    {415, "415 Unsupported Media Type", {}},
    {416, "416 Requested Range Not Satisfiable", {}},
    {421, "421 Misdirected Request", {}},
    {429, "429 Too Many Requests", {}},
    {494, "400 Bad Request", "400 Request Header Or Cookie Too Large"},
    {500, "500 Internal Server Error", {}},
    {501, "501 Not Implemented", {}},
    {502, "502 Bad Gateway", {}},
    {503, "503 Service Temporarily Unavailable", {}},
    {504, "504 Gateway Time-out", {}},
    {505, "505 HTTP Version Not Supported", {}},
    {507, "507 Insufficient Storage", {}},
});

constexpr std::string_view kPad = "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n";

std::tm date_of(base::Time when) {
  return fmt::gmtime(std::chrono::system_clock::time_point(std::chrono::floor<std::chrono::seconds>(when)));
}

}  // namespace

std::string_view status_line(unsigned status) {
  const auto* const found = std::ranges::find(kStatuses, status, &Status::status);
  return found == kStatuses.end() ? std::string_view() : found->line;
}

std::string error_page(unsigned status, bool tokens, bool padded) {
  const auto* const found = std::ranges::find(kStatuses, status, &Status::status);
  if (found == kStatuses.end() || status < 300 || status == 304) return {};
  const std::string_view title = found->page.empty() ? found->line : found->page;
  const bool details = status == 494;
  std::string page =
      fmt::format("<html>\r\n<head><title>{}</title></head>\r\n<body>\r\n<center><h1>{}</h1></center>\r\n", title,
                  details ? std::string_view("400 Bad Request") : title);
  if (details) page += "<center>Request Header Or Cookie Too Large</center>\r\n";
  page +=
      fmt::format("<hr><center>{}</center>\r\n</body>\r\n</html>\r\n", tokens ? kVersion : std::string_view("nginx"));
  if (padded && status >= 400) {
    constexpr unsigned kTimes = 6;
    for (unsigned i = 0; i < kTimes; ++i) page += kPad;
  }
  return page;
}

std::string http_date(base::Time when) { return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", date_of(when)); }
std::string error_log_date(base::Time when) { return fmt::format("{:%Y/%m/%d %H:%M:%S}", date_of(when)); }
std::string access_log_date(base::Time when) { return fmt::format("{:%d/%b/%Y:%H:%M:%S} +0000", date_of(when)); }
std::string iso_date(base::Time when) { return fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00", date_of(when)); }

std::string seconds_text(base::Time length) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
  return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

}  // namespace lvs::nginx
