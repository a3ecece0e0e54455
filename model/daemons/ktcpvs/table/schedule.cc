// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/table/schedule.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string>

#include "base/numbers.h"

namespace lvs::ktcpvs {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool same_start(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
         });
}

std::string_view skip_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

}  // namespace

DestinationPtr least_loaded(std::span<const DestinationPtr> destinations) {
  DestinationPtr least;
  for (const DestinationPtr& each : destinations) {
    if (!least) {
      if (each->weight > 0) least = each;
      continue;
    }
    // connections / weight without a division; what has no weight is never less.
    if (static_cast<std::int64_t>(least->connections) * each->weight >
        static_cast<std::int64_t>(each->connections) * least->weight)
      least = each;
  }
  return least;
}

DestinationPtr by_rule(std::span<const Rule> rules, std::string_view uri) {
  for (const Rule& rule : rules)
    if (rule.expression.found_in(uri)) return least_loaded(rule.destinations);
  return nullptr;
}

DestinationPtr by_hash(std::span<const Rule> rules, std::string_view uri) {
  for (const Rule& rule : rules) {
    const auto match = rule.expression.search(uri);
    if (!match) continue;
    const auto [begin, end] = rule.group == 0 ? std::pair{match->begin, match->end} : match->groups[rule.group];
    if (begin == 0 || end == 0) return nullptr;
    int sum = 0;
    if (begin != std::string_view::npos)
      for (const char c : uri.substr(begin, end - begin)) sum += static_cast<signed char>(c);
    const int place = sum % static_cast<int>(rule.destinations.size());
    return place < 0 ? nullptr : rule.destinations[static_cast<std::size_t>(place)];
  }
  return nullptr;
}

RequestLine read_request(std::string_view bytes) {
  RequestLine line;
  for (const std::string_view method : {"GET", "HEAD", "POST", "PUT"}) {
    if (!bytes.starts_with(method) || bytes.size() <= method.size() || bytes[method.size()] != ' ') continue;
    line.method = method;
    bytes.remove_prefix(method.size() + 1);
    break;
  }
  const auto end = std::ranges::find_if(bytes, is_space);
  if (line.method.empty() || end == bytes.end()) return line;
  line.uri = bytes.substr(0, static_cast<std::size_t>(end - bytes.begin()));
  const std::string_view version = bytes.substr(line.uri.size() + 1);
  line.ok = version.starts_with("HTTP/1.0") || version.starts_with("HTTP/1.1");
  if (line.ok) line.version = version[7] == '1' ? 1001 : 1000;
  return line;
}

RequestLine read_request_line(std::string_view text) {
  constexpr auto kMethods = std::to_array<std::string_view>({"GET",
                                                             "HEAD",
                                                             "PUT",
                                                             "POST",
                                                             "DELETE",
                                                             "CONNECT",
                                                             "OPTIONS",
                                                             "TRACE",
                                                             "PATCH",
                                                             "PROPFIND",
                                                             "PROPPATCH",
                                                             "MKCOL",
                                                             "COPY",
                                                             "MOVE",
                                                             "LOCK",
                                                             "UNLOCK",
                                                             "VERSION-CONTROL",
                                                             "CHECKIN",
                                                             "UNCHECKOUT",
                                                             "CHECKOUT",
                                                             "UPDATE",
                                                             "LABEL",
                                                             "REPORT",
                                                             "MKWORKSPACE",
                                                             "MKACTIVITY",
                                                             "BASELINE-CONTROL",
                                                             "MERGE"});
  RequestLine line;
  text = skip_blanks(text);
  const std::size_t end = text.find(' ');
  if (end == std::string_view::npos) return line;
  line.method = text.substr(0, end);
  if (std::ranges::find(kMethods, line.method) == kMethods.end()) return line;
  text = skip_blanks(text.substr(end + 1));
  line.uri = text.substr(0, text.find(' '));
  if (line.uri.size() == text.size()) return line;
  text = skip_blanks(text.substr(line.uri.size() + 1));
  if (!same_start(text, "HTTP/")) return line;
  text.remove_prefix(5);
  const std::size_t dot = text.find('.');
  const auto major = base::number<unsigned>(text.substr(0, dot));
  const auto minor = dot == std::string_view::npos ? std::nullopt : base::number<unsigned>(text.substr(dot + 1));
  line.version = major && minor && *major < 1000 && *minor < 1000 ? 1000 * *major + *minor : 1000;
  line.ok = true;
  return line;
}

StatusLine read_status_line(std::string_view line) {
  if (!same_start(line, "HTTP/")) return {};
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return {};
  const auto status = base::number<int>(skip_blanks(line.substr(blank)).substr(0, 3));
  return {status.has_value(), status.value_or(0)};
}

void read_header(std::string_view line, MessageHead& head) {
  line = skip_blanks(line);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon), value = skip_blanks(line.substr(colon + 1));
  const auto is = [name](std::string_view wanted) { return name.size() == wanted.size() && same_start(name, wanted); };
  if (is("Transfer-Encoding")) head.chunked = head.chunked || same_start(value, "chunked");
  if (is("Connection")) head.close = head.close || same_start(value, "close");
  if (is("Content-Length")) {
    const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
    head.content_length = base::number<int>(value.substr(0, digits)).value_or(0);
  }
}

long chunk_size(std::string_view line) {
  long size = 0;
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r\n"), line.size()));
  for (const char c : line) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) break;
    if (size > 0x7ffffff) return -1;
    size = size * 16 + (c <= '9' ? c - '0' : std::tolower(static_cast<unsigned char>(c)) - 'a' + 10);
  }
  return size;
}

}  // namespace lvs::ktcpvs
