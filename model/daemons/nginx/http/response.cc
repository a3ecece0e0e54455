// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/response.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/numbers.h"

namespace lvs::nginx {
AnswerParser::State AnswerParser::parse(std::string_view received) {
  constexpr std::string_view kStart = "HTTP/";
  // No status line: all of it is a body, as of a server of HTTP/0.9.
  if (!in_headers_ && !kStart.starts_with(received.substr(0, kStart.size()))) {
    error_ = "upstream sent no valid HTTP/1.0 header";
    head_.status = 200;
    head_.status_line = "200 OK";
    return State::done;
  }
  while (lines_.look(received)) {
    const std::string_view line = lines_.take(received);
    head_.size = lines_.size();
    if (in_headers_ && line.empty()) return State::done;
    const State state = in_headers_ ? take_header(line) : take_status(line);
    if (state != State::more) return state;
  }
  return State::more;
}

AnswerParser::State AnswerParser::take_status(std::string_view line) {
  error_ = "upstream sent no valid HTTP/1.0 header";
  std::string_view rest = line;
  rest.remove_prefix(std::min<std::size_t>(5, rest.size()));
  const auto major = base::take_number<unsigned>(rest);
  const bool dot = rest.starts_with('.');
  if (dot) rest.remove_prefix(1);
  const auto minor = base::take_number<unsigned>(rest);
  const auto status = rest.size() >= 4 ? base::number<unsigned>(rest.substr(1, 3)) : std::nullopt;
  if (!major || !dot || !minor || !rest.starts_with(' ') || !status || *major > 99 ||
      (rest.size() > 4 && rest[4] != ' ')) {
    head_ = {};
    head_.status = 200;
    head_.status_line = "200 OK";
    return State::done;
  }
  error_ = {};
  head_.status = *status;
  head_.status_line = rest.substr(1);
  head_.version = *major * 10 + std::min(*minor, 9U);
  head_.keep = head_.version >= 11;
  in_headers_ = true;
  return State::more;
}

AnswerParser::State AnswerParser::take_header(std::string_view line) {
  const auto [name, value, has_colon] = split_header(line);
  const auto bad = [&] {
    error_ = "upstream sent invalid header";
    return State::failed;
  };
  if (std::ranges::any_of(name, [](unsigned char c) { return c <= 0x20 || c == 0x7f; })) return bad();
  if (!has_colon || name.empty()) return State::more;
  if (value.find('\0') != std::string_view::npos) return bad();
  head_.headers.push_back({std::string(name), std::string(value)});
  if (same_name(name, "Content-Length")) {
    const auto length = base::number<std::int64_t>(value);
    if (!length || *length < 0) {
      error_ = "upstream sent invalid \"Content-Length\" header";
      return State::failed;
    }
    head_.length = static_cast<std::uint64_t>(*length);
  } else if (same_name(name, "Transfer-Encoding")) {
    head_.chunked = same_name(value, "chunked");
  } else if (same_name(name, "Connection")) {
    const auto keep = wants_to_keep(value);
    if (keep && (!*keep || head_.version >= 10)) head_.keep = *keep;
  }
  return State::more;
}

// False: its end has not come.
}  // namespace lvs::nginx
