// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/curl/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/numbers.h"
#include "control/programs/web/http-body.h"

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

// Nothing for one that curl does not have.
std::optional<std::string> variable(std::string_view name, const CurlResult& r) {
  const auto time = [](double seconds) { return fmt::format("{:.6f}", seconds); };
  const bool reached = r.remote.port != 0;
  if (name == "http_code" || name == "response_code") return fmt::format("{:03}", r.status);
  if (name == "http_version") return r.version.empty() ? "0" : r.version;
  if (name == "time_total") return time(r.total);
  if (name == "time_namelookup" || name == "time_appconnect") return time(0);
  if (name == "time_redirect") return time(r.redirected);
  if (name == "time_connect" || name == "time_pretransfer") return time(r.connected);
  if (name == "time_starttransfer") return time(r.first);
  if (name == "size_download") return std::to_string(r.size);
  if (name == "size_upload") return std::to_string(r.uploaded);
  if (name == "redirect_url") return r.redirect;
  if (name == "num_redirects") return std::to_string(r.redirects);
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
  if (name == "url_effective") return r.effective.empty() ? r.url->whole : r.effective;
  if (name == "exitcode") return std::to_string(r.code);
  if (name == "errormsg") return r.message;
  if (name == "method") return r.method;
  if (name == "scheme") return reached ? "HTTP" : "";
  if (name == "http_connect") return "000";
  if (name == "ssl_verify_result" || name == "proxy_ssl_verify_result" || name == "num_certs") return "0";
  if (name == "certs" || name == "ftp_entry_path") return "";
  return std::nullopt;
}

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(3, text.size() - i);
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < count ? static_cast<std::uint8_t>(text[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) result += j <= count ? kDigits[bits >> (18 - 6 * j) & 63] : '=';
  }
  return result;
}

// The field that a word of -H stands for: "Name: value", or "Name;" for one without a value. Empty: nothing is sent.
std::string field_of(const std::string& word) {
  const std::size_t colon = word.find(':');
  const auto blank = [&](std::size_t from) { return word.find_first_not_of(' ', from) == std::string::npos; };
  if (colon != std::string::npos) return blank(colon + 1) ? std::string() : word;
  const std::size_t end = word.find(';');
  return end != std::string::npos && blank(end + 1) ? word.substr(0, end) + ":" : std::string();
}

}  // namespace

std::string curl_request(const CurlOptions& options, const CurlUrl& url, bool posts, bool older) {
  std::string method = options.method;
  if (method.empty()) method = options.head ? "HEAD" : posts ? "POST" : "GET";
  const auto replaced = [&](std::string_view name) {
    return std::ranges::any_of(options.headers, [&](const std::string& each) {
      return starts_with_ignoring_case(each, name) || starts_with_ignoring_case(field_of(each), name);
    });
  };
  std::string text = fmt::format("{} {} HTTP/1.{}\r\n", method, url.path, options.http10 || older ? 0 : 1);
  if (replaced("host:")) {
    for (const std::string& each : options.headers)
      if (starts_with_ignoring_case(each, "host:")) text += each + "\r\n";
  } else {
    text += fmt::format("Host: {}{}\r\n", url.host, url.port != 80 ? fmt::format(":{}", url.port) : "");
  }
  if (!options.user.empty()) text += fmt::format("Authorization: Basic {}\r\n", base64(options.user));
  if (!replaced("user-agent:") && !options.agent.empty()) text += fmt::format("User-Agent: {}\r\n", options.agent);
  if (!replaced("accept:")) text += "Accept: */*\r\n";
  for (const std::string& each : options.headers) {
    const std::string field = field_of(each);
    if (!field.empty() && !starts_with_ignoring_case(each, "host:")) text += field + "\r\n";
  }
  if (!posts) return text + "\r\n";
  if (!replaced("content-length:")) text += fmt::format("Content-Length: {}\r\n", options.data->size());
  if (!replaced("content-type:")) text += "Content-Type: application/x-www-form-urlencoded\r\n";
  return text + "\r\n" + *options.data;
}

bool curl_asks_to_close(std::string_view header) {
  const std::string value = http_field(header, "connection:");
  return starts_with_ignoring_case(value, "close");
}

std::string curl_redirect(std::string_view header, const CurlUrl& here) {
  const std::string to = http_field(header, "location:");
  return to.starts_with('/') ? here.whole.substr(0, here.whole.size() - here.path.size()) + to : to;
}

void read_curl_header(std::string_view header, CurlResult& result) {
  constexpr std::string_view kBegin = "HTTP/";
  const std::string_view line = header.substr(0, header.find("\r\n"));
  const std::size_t blank = std::min(line.find(' '), line.size());
  std::string_view code = line.substr(std::min(blank + 1, line.size()));
  if (const auto status = base::take_number<decltype(result.status)>(code)) result.status = *status;
  result.version = line.substr(kBegin.size(), blank - kBegin.size());
  result.type = http_field(header, "content-type:");
}

std::string curl_meter(std::uint64_t expected, const CurlResult& result) {
  const auto speed = [&](std::uint64_t bytes) {
    const double rate = result.total > 0 ? static_cast<double>(bytes) / result.total : 0;
    return short_number(static_cast<std::uint64_t>(std::min(rate, 1e12)));
  };
  const auto percent = [](std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 0 : part * 100 / whole; };
  const std::uint64_t all = result.size + result.uploaded, whole = expected + result.uploaded;
  const auto spent = static_cast<unsigned>(std::min(result.total, 1e6));
  const std::string time =
      spent == 0 ? "--:--:--" : fmt::format("{:2}:{:02}:{:02}", spent / 3600, spent / 60 % 60, spent % 60);
  return fmt::format("\r{:3} {}  {:3} {}  {:3} {}  {}  {} --:--:-- {} --:--:-- {}\n", percent(all, whole),
                     short_number(whole), percent(result.size, expected), short_number(result.size),
                     percent(result.uploaded, result.uploaded), short_number(result.uploaded), speed(result.size),
                     speed(result.uploaded), time, speed(all));
}

std::optional<std::string> unmodelled_write_out(std::string_view format) {
  static constexpr auto kUnmodelled =
      std::to_array<std::string_view>({"filename_effective", "header_json", "json", "num_headers", "onerror", "referer",
                                       "size_header", "size_request", "speed_upload", "stderr", "stdout", "urlnum"});
  if (format.find("%header{") != std::string_view::npos) return "%header{";
  for (const std::string_view name : kUnmodelled)
    if (format.find(fmt::format("%{{{}}}", name)) != std::string_view::npos) return std::string(name);
  return std::nullopt;
}

CurlWriteOut curl_write_out(std::string_view format, const CurlResult& result) {
  CurlWriteOut written;
  std::string& text = written.out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const std::string_view rest = format.substr(i);
    if (rest.starts_with("%%")) {
      text += '%';
      ++i;
    } else if (rest.starts_with("%{") && rest.find('}') != std::string_view::npos) {
      const std::size_t end = rest.find('}');
      const std::string_view name = rest.substr(2, end - 2);
      const auto value = variable(name, result);
      text += value.value_or("");
      if (!value) written.err += fmt::format("curl: unknown --write-out variable: '{}'\n", name);
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
  return written;
}

}  // namespace lvs::control
