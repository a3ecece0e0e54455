// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/http-page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/numbers.h"

namespace lvs::control {

namespace {

constexpr std::string_view kUsage = "usage: httpd [-a address] [-p port] [-k] [-t text | -f file | -s size]\n";
constexpr std::uint64_t kMostSize = 1 << 30;
constexpr std::size_t kMostRequest = 8192;

template <class T>
bool read_number(const std::string& text, T& value) {
  const auto number = base::number<T>(text);
  value = number.value_or(value);
  return number.has_value();
}

}  // namespace

std::optional<std::string> parse_httpd(const std::vector<std::string>& words, HttpdOptions& options) {
  const auto refuse = [](const std::string& reason) { return fmt::format("httpd: {}\n{}", reason, kUsage); };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.size() < 2 || word[0] != '-') return refuse(word + ": no option");
    const char letter = word[1];
    if (word == "-k") {
      options.keep = true;
      continue;
    }
    if (std::string_view("aptfs").find(letter) == std::string_view::npos) return refuse(word + ": unknown option");
    if (word.size() == 2 && ++i == words.size()) return refuse(word + ": needs an argument");
    const std::string value = word.size() > 2 ? word.substr(2) : words[i];
    switch (letter) {
      case 'a': options.address = value; break;
      case 'p':
        if (!read_number(value, options.port) || options.port == 0) return refuse(value + ": not a port");
        break;
      case 't': options.text = value; break;
      case 'f': options.file = value; break;
      default:
        if (!read_number(value, options.size) || options.size == 0 || options.size > kMostSize) {
          return refuse(value + ": not a size");
        }
    }
  }
  return std::nullopt;
}

bool wants_index(const HttpdOptions& options) { return options.file.empty() && !options.text && options.size == 0; }

std::string httpd_page(const HttpdOptions& options, std::string_view host_name) {
  if (options.text) return *options.text + "\n";
  if (options.size == 0) return std::string(host_name) + "\n";
  // Lines of 64 characters that count, so that a page which lacks a part is told from a whole one.
  std::string page;
  page.reserve(options.size + 64);
  for (std::uint64_t line = 0; page.size() < options.size; ++line) page += fmt::format("{:063}\n", line);
  page.resize(options.size);
  return page;
}

HttpRequest read_http_request(std::string_view received) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return received.size() > kMostRequest ? HttpRequest::bad : HttpRequest::incomplete;
  }
  const std::string_view line = received.substr(0, received.find("\r\n"));
  const bool http = line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0");
  if (http && line.starts_with("GET /")) return HttpRequest::get;
  if (http && line.starts_with("HEAD /")) return HttpRequest::head;
  return HttpRequest::bad;
}

std::size_t http_request_size(std::string_view received) { return received.find("\r\n\r\n") + 4; }

bool http_keeps(std::string_view received) {
  std::string head(received.substr(0, received.find("\r\n\r\n")));
  std::ranges::transform(head, head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t line = head.find("\r\n");
  const bool newer = head.substr(0, line).ends_with("http/1.1");
  const std::size_t field = head.find("\r\nconnection:");
  if (field == std::string::npos) return newer;
  const std::string_view value = std::string_view(head).substr(field, head.find("\r\n", field + 2) - field);
  if (value.find("close") != std::string_view::npos) return false;
  return newer || value.find("keep-alive") != std::string_view::npos;
}

std::string http_answer(HttpRequest request, const std::optional<std::string>& page, bool keep) {
  std::string_view status = "200 OK";
  std::string_view body;
  if (request == HttpRequest::bad) {
    status = "400 Bad Request";
    body = "400 Bad Request\n";
  } else if (!page) {
    status = "404 Not Found";
    body = "404 Not Found\n";
  } else {
    body = *page;
  }
  std::string answer = fmt::format(
      "HTTP/1.1 {}\r\nServer: httpd\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: {}\r\n\r\n",
      status, body.size(), keep ? "keep-alive" : "close");
  if (request != HttpRequest::head) answer += body;
  return answer;
}

}  // namespace lvs::control
