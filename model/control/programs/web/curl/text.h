// SPDX-License-Identifier: GPL-2.0-or-later
// What curl prints beside the page: the progress meter, and -w. Internal to curl.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/programs/web/curl/curl.h"
#include "host/socket/base/socket.h"

namespace lvs::control {

// Exit statuses.
enum CurlCode : int {
  kCurlOk = 0,
  kCurlWeird = 1,
  kCurlProtocol = 1,
  kCurlResolve = 6,
  kCurlConnect = 7,
  kCurlPartial = 18,
  kCurlHttpError = 22,
  kCurlWrite = 23,
  kCurlTimeout = 28,
  kCurlInterfaceFailed = 45,
  kCurlTooMany = 47,
  kCurlEmpty = 52,
  kCurlReceive = 56,
};

struct CurlResult {
  const CurlUrl* url = nullptr;
  int code = kCurlOk;
  std::string message;
  bool refused = false;  // the connection was
  int status = 0;        // of HTTP, 0: none came
  std::string version;   // "1.1"
  std::string type;
  std::uint64_t size = 0, uploaded = 0;
  std::string method = "GET";
  unsigned connections = 0;
  unsigned redirects = 0;
  double redirected = 0;                       // when the last of them began
  std::string effective;                       // where they led
  std::string redirect;                        // where the answer points to
  double connected = 0, first = 0, total = 0;  // seconds since the begin
  host::SocketAddress local, remote;
};

// Once a URL, and the meter's first state at each try.
inline constexpr std::string_view kCurlMeterHead =
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n";
inline constexpr std::string_view kCurlMeterBegin =
    "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";
// The bytes of a request.
// `older`: of a server that has answered in HTTP/1.0 before.
std::string curl_request(const CurlOptions& options, const CurlUrl& url, bool posts, bool older);
// Status, version and type of an answer.
void read_curl_header(std::string_view header, CurlResult& result);
// Where an answer points to, as a whole URL: `here` is the one asked for. Empty: nowhere.
std::string curl_redirect(std::string_view header, const CurlUrl& here);
// Whether an answer says that its connection ends with it.
bool curl_asks_to_close(std::string_view header);
// The last state of the meter, its line's end included.
std::string curl_meter(std::uint64_t expected, const CurlResult& result);
// "%{http_code}\n" with its variables put in, and what curl complains of beside it.
struct CurlWriteOut {
  std::string out, err;
};
CurlWriteOut curl_write_out(std::string_view format, const CurlResult& result);
// A variable of curl's in there that is not modelled, or nothing.
std::optional<std::string> unmodelled_write_out(std::string_view format);

}  // namespace lvs::control
