// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/curl-text.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::control {
namespace {

// Five characters (max5data() of curl).
std::string short_number(std::uint64_t n) {
  constexpr std::uint64_t kKilo = 1024, kMega = kKilo * 1024;
  if (n < 100000) return fmt::format("{:5}", n);
  if (n < 10000 * kKilo) return fmt::format("{:4}k", n / kKilo);
  if (n < 100 * kMega) return fmt::format("{:2}.{}M", n / kMega, n % kMega / (kMega / 10));
  return fmt::format("{:4}M", n / kMega);
}

std::string variable(std::string_view name, const CurlResult& r) {
  const auto time = [](double seconds) { return fmt::format("{:.6f}", seconds); };
  const bool reached = r.connections != 0;
  if (name == "http_code" || name == "response_code") return fmt::format("{:03}", r.status);
  if (name == "http_version") return r.version.empty() ? "0" : r.version;
  if (name == "time_total") return time(r.total);
  if (name == "time_namelookup" || name == "time_appconnect" || name == "time_redirect") return time(0);
  if (name == "time_connect" || name == "time_pretransfer") return time(r.connected);
  if (name == "time_starttransfer") return time(r.first);
  if (name == "size_download") return std::to_string(r.size);
  if (name == "size_upload" || name == "num_redirects") return "0";
  if (name == "speed_download") {
    return std::to_string(r.total > 0 ? static_cast<std::uint64_t>(static_cast<double>(r.size) / r.total) : 0);
  }
  if (name == "num_connects") return std::to_string(r.connections);
  if (name == "content_type") return r.type;
  if (name == "local_ip") return reached ? r.local.addr.text() : "";
  if (name == "local_port") return reached ? std::to_string(r.local.port) : "0";
  if (name == "remote_ip") return reached ? r.remote.addr.text() : "";
  if (name == "remote_port") return reached ? std::to_string(r.remote.port) : "0";
  if (name == "url") return r.url->typed;
  if (name == "url_effective") return r.url->whole;
  if (name == "exitcode") return std::to_string(r.code);
  if (name == "errormsg") return r.message;
  if (name == "method") return "GET";
  if (name == "scheme") return reached ? "HTTP" : "";
  return {};
}

}  // namespace

std::string curl_meter(std::uint64_t expected, std::uint64_t received, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(received) / seconds : 0;
  const std::string speed = short_number(static_cast<std::uint64_t>(std::min(rate, 1e12)));
  const auto percent = static_cast<unsigned>(expected == 0 ? 0 : received * 100 / expected);
  const auto spent = static_cast<unsigned>(std::min(seconds, 1e6));
  const std::string time =
      spent == 0 ? "--:--:--" : fmt::format("{:2}:{:02}:{:02}", spent / 3600, spent / 60 % 60, spent % 60);
  return fmt::format("\r{:3} {}  {:3} {}    0     0  {}      0 --:--:-- {} --:--:-- {}\n", percent,
                     short_number(expected), percent, short_number(received), speed, time, speed);
}

std::string curl_write_out(std::string_view format, const CurlResult& result) {
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const std::string_view rest = format.substr(i);
    if (rest.starts_with("%%")) {
      text += '%';
      ++i;
    } else if (rest.starts_with("%{") && rest.find('}') != std::string_view::npos) {
      const std::size_t end = rest.find('}');
      text += variable(rest.substr(2, end - 2), result);
      i += end;
    } else if (rest.size() > 1 && rest[0] == '\\') {
      ++i;
      switch (rest[1]) {
        case 'n': text += '\n'; break;
        case 'r': text += '\r'; break;
        case 't': text += '\t'; break;
        default: text.append(rest.substr(0, 2));
      }
    } else {
      text += rest[0];
    }
  }
  return text;
}

}  // namespace lvs::control
