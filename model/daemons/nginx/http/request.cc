// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/request.h"

#include <algorithm>
#include <cctype>

#include "base/addr.h"
#include "base/numbers.h"

namespace lvs::nginx {
namespace {

bool in_method(char c) { return (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }

// "HTTP/1.1": 11; 0: none.
unsigned version_of(std::string_view text) {
  if (!text.starts_with("HTTP/")) return 0;
  text.remove_prefix(5);
  const auto major = base::take_number<unsigned>(text);
  if (!major || *major == 0 || *major > 99 || !text.starts_with('.')) return 0;
  text.remove_prefix(1);
  const auto minor = base::take_number<unsigned>(text);
  if (!minor || *minor > 99 || !text.empty()) return 0;
  return *major * 10 + std::min(*minor, 9U);
}

}  // namespace

std::optional<ProxyHeader> take_proxy_header(std::string& received) {
  constexpr std::size_t kLongest = 107;
  std::string_view line = std::string_view(received).substr(0, kLongest);
  const std::size_t end = line.find("\r\n");
  constexpr std::string_view kTcp4 = "PROXY TCP4 ", kUnknown = "PROXY UNKNOWN";
  if (end == std::string_view::npos) return std::nullopt;
  line = line.substr(0, end);
  ProxyHeader header;
  if (!line.starts_with(kUnknown)) {
    if (!line.starts_with(kTcp4)) return std::nullopt;
    line.remove_prefix(kTcp4.size());
    const auto word = [&] {
      const std::string_view text = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(text.size() + 1, line.size()));
      return text;
    };
    header.addr = word();
    header.server_addr = word();
    const auto port = base::number<std::uint16_t>(word()), server_port = base::number<std::uint16_t>(word());
    const bool good = port && server_port && line.empty() && base::Ipv4Addr::parse(header.addr) &&
                      base::Ipv4Addr::parse(header.server_addr);
    if (!good) return std::nullopt;
    header.port = *port;
    header.server_port = *server_port;
  }
  received.erase(0, end + 2);
  return header;
}

RequestParser::State RequestParser::fail(unsigned status) {
  status_ = status;
  return State::failed;
}

RequestParser::State RequestParser::parse(std::string_view received) {
  for (;;) {
    // What cannot be a request is refused before its line has ended.
    const std::size_t begin = lines_.begin();
    if (!in_headers_ && begin < received.size() && received[begin] != '\r' && received[begin] != '\n' &&
        !in_method(received[begin]))
      return fail(400);
    const bool whole = lines_.look(received);
    if (lines_.length() > std::max(rules_.large_size, rules_.first_buffer)) return fail(in_headers_ ? 494 : 414);
    if (begin + lines_.length() > rules_.first_buffer + rules_.large_count * rules_.large_size) return fail(494);
    if (!whole) return State::more;
    const std::string_view line = lines_.take(received);
    head_.size = lines_.size();
    State state = State::more;
    if (!in_headers_) {
      if (line.empty()) continue;
      state = take_line(line);
    } else {
      state = line.empty() ? finish() : take_header(line);
    }
    if (state != State::more) return state;
  }
}

RequestParser::State RequestParser::take_line(std::string_view line) {
  head_.line = line;
  const std::size_t space = line.find(' ');
  const std::string_view method = line.substr(0, space);
  if (space == std::string_view::npos || method.empty() || !std::ranges::all_of(method, in_method)) return fail(400);
  head_.method = method;
  std::string_view rest = line.substr(space + 1);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::size_t target_end = std::min(rest.find(' '), rest.size());
  std::string_view target = rest.substr(0, target_end);
  rest.remove_prefix(target_end);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  while (rest.ends_with(' ')) rest.remove_suffix(1);
  if (std::ranges::any_of(target, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) return fail(400);
  if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const std::string_view behind = target.substr(scheme + 3);
    const std::size_t path = std::min(behind.find_first_of("/?"), behind.size());
    if (!take_host(behind.substr(0, path))) return fail(400);
    head_.target = path < behind.size() && behind[path] == '/' ? std::string(behind.substr(path))
                                                               : "/" + std::string(behind.substr(path));
  } else {
    head_.target = target;
  }
  const auto uri = take_uri(head_.target, rules_.merge_slashes);
  if (!uri) return fail(400);
  head_.uri = *uri;
  in_headers_ = true;
  if (rest.empty()) {
    head_.version = 9;
    return head_.method == "GET" ? State::done : fail(400);
  }
  const unsigned version = version_of(rest);
  if (version == 0) return fail(400);
  if (version >= 20) return fail(505);
  head_.version = version;
  head_.keep = head_.version >= 11;
  return State::more;
}

bool RequestParser::take_host(std::string_view value) {
  std::string_view host = value.substr(0, value.find(':'));
  if (value.starts_with('[')) host = value.substr(0, value.find(']') + 1);
  while (host.ends_with('.')) host.remove_suffix(1);
  const bool bad = host.find_first_of("/ \t") != std::string_view::npos || host.find("..") != std::string_view::npos;
  if (bad || (host.empty() && !value.empty())) return false;
  head_.host = lower_case(host);
  return true;
}

RequestParser::State RequestParser::take_header(std::string_view line) {
  const auto [name, value, has_colon] = split_header(line);
  bool valid = has_colon && !name.empty();
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) return fail(400);
    if (std::isalnum(byte) == 0 && c != '-' && (c != '_' || !rules_.underscores)) valid = false;
  }
  if (value.find('\0') != std::string_view::npos) return fail(400);
  if (!valid) return rules_.ignore_invalid ? State::more : fail(400);
  head_.headers.push_back({std::string(name), std::string(value)});
  if (same_name(name, "Host")) {
    if (has_host_) return fail(400);
    has_host_ = true;
    const std::string of_line = head_.host;
    if (!take_host(value)) return fail(400);
    if (!of_line.empty()) head_.host = of_line;
  } else if (same_name(name, "Content-Length")) {
    const auto length = base::number<std::int64_t>(value);
    if (!length || *length < 0 || head_.length) return fail(400);
    head_.length = static_cast<std::uint64_t>(*length);
  } else if (same_name(name, "Transfer-Encoding")) {
    if (head_.version < 11 || head_.chunked) return fail(400);
    if (!same_name(value, "chunked")) return fail(501);
    head_.chunked = true;
  } else if (same_name(name, "Connection")) {
    head_.keep = wants_to_keep(value).value_or(head_.keep);
  } else if (same_name(name, "Expect")) {
    head_.expects = same_name(value, "100-continue");
  }
  return State::more;
}

RequestParser::State RequestParser::finish() {
  if (head_.version >= 11 && !has_host_) return fail(400);
  if (head_.chunked && head_.length) return fail(400);
  if (head_.method == "TRACE" || head_.method == "CONNECT") return fail(405);
  return State::done;
}

}  // namespace lvs::nginx
