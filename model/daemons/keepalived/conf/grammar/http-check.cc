// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP_GET and SSL_GET inside of a real_server (keepalived: check_http.c).
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/flags.h"
#include "daemons/keepalived/conf/grammar/grammar.h"
#include "daemons/keepalived/conf/http-regex.h"

namespace lvs::keepalived {
namespace {

RealServerConf& checked(ConfReader& r) { return r.conf.check.servers.back().servers.back(); }
CheckerConf& web(ConfReader& r) { return checked(r).checkers.back(); }

CheckUrl& url(ConfReader& r) { return web(r).urls.back(); }
void take_url(ConfReader& r, const ConfWords&) {
  web(r).urls.emplace_back();
  r.regex_options = 0;
}
void take_path(ConfReader& r, const ConfWords& w) { url(r).path = r.word(w, 1); }
void take_digest(ConfReader& r, const ConfWords& w) {
  const std::string& digest = r.word(w, 1);
  if (!url(r).digest.empty()) return r.report.error(fmt::format("Digest '{}' is a duplicate", digest));
  if (digest.size() != 32)
    return r.report.error(
        fmt::format("digest '{}' character length should be 32 rather than {}", digest, digest.size()));
  const std::size_t bad = digest.find_first_not_of("0123456789abcdefABCDEF");
  if (bad != std::string::npos)
    return r.report.error(fmt::format("Unable to interpret hex digit in '{}' at offset {}/{}",
                                      digest.substr(0, bad / 2 * 2 + 2), bad / 2 * 2, bad / 2 * 2 + 1));
  url(r).digest = digest;
  std::ranges::transform(url(r).digest, url(r).digest.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
}
void take_status(ConfReader& r, const ConfWords& w) {
  for (std::size_t i = 1; i < w.size(); ++i) {
    char* end = nullptr;
    const unsigned long least = std::strtoul(w[i].c_str(), &end, 10);
    const unsigned long most = *end == '-' ? std::strtoul(end + 1, &end, 10) : least;
    if (*end != '\0' || least < 100 || most > 599 || least > most) {
      r.report.error(fmt::format("Invalid HTTP_GET status code '{}'", w[i]));
    } else {
      url(r).statuses.emplace_back(static_cast<unsigned>(least), static_cast<unsigned>(most));
    }
  }
}
void take_url_host(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("Missing HTTP_GET virtualhost name");
  url(r).virtualhost = w[1];
}
void take_host(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("HTTP_GET virtualhost name missing");
  web(r).virtualhost = w[1];
}
void take_http_protocol(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("Missing http_protocol version");
  if (w[1] != "1.0" && w[1] != "1.1" && w[1] != "1.0C" && w[1] != "1.0c")
    return r.report.error(fmt::format("Invalid http_protocol version {}", w[1]));
  web(r).http_minor = w[1] == "1.1" ? 1 : 0;
  web(r).http_connection_close = w[1] != "1.0";
}
void take_sni(ConfReader& r, const ConfWords& w) { read_flag(r, w, web(r).sni); }
void take_fast_recovery(ConfReader& r, const ConfWords& w) { read_flag(r, w, web(r).fast_recovery); }
// --- regex ---
constexpr std::size_t kMostStack = 64u << 20;  // bytes that the model gives to patterns

void take_regex(ConfReader& r, const ConfWords&) {
  const auto words = split_quoted(r.line(), r.report);
  if (!words || words->size() != 2) return r.report.log("regex missing or too many fields");
  r.regex = (*words)[1].c_str();  // up to a \0, as keepalived
}
void take_regex_no_match(ConfReader& r, const ConfWords&) { url(r).regex_no_match = true; }
// Words that it does not know are passed over, as keepalived does.
void take_regex_options(ConfReader& r, const ConfWords& w) {
  for (std::size_t i = 1; i < w.size(); ++i) r.regex_options |= regex_option(w[i]).value_or(0);
}
// strtoul(3) of a whole word.
std::optional<std::size_t> whole_number(const std::string& word) {
  char* end = nullptr;
  const std::size_t value = std::strtoul(word.c_str(), &end, 10);
  if (*end != '\0') return std::nullopt;
  return value;
}
std::size_t regex_offset(ConfReader& r, const ConfWords& w) {
  if (w.size() != 2) {
    r.report.log(fmt::format("Missing or too may options for {}", w[0]));
    return 0;
  }
  const auto value = whole_number(w[1]);
  if (!value) r.report.log(fmt::format("Invalid {} {} specified", w[0], w[1]));
  return value.value_or(0);
}
void take_regex_min_offset(ConfReader& r, const ConfWords& w) { url(r).regex_min_offset = regex_offset(r, w); }
void take_regex_max_offset(ConfReader& r, const ConfWords& w) { url(r).regex_beyond = regex_offset(r, w) + 1; }
void take_regex_stack(ConfReader& r, const ConfWords& w) {
  if (w.size() != 3) return r.report.log("regex_stack requires start and max values");
  const auto start = whole_number(w[1]), most = whole_number(w[2]);
  if (!start) return r.report.log("regex_stack invalid start value");
  if (!most) return r.report.log("regex_stack invalid max value");
  if (*start > *most) return r.report.log("regex stack start cannot exceed max value");
  if (*most > kMostStack) return r.report.refuse(w[2], "regex_stack has at most 64 MiB here");
  RegexStack& stack = r.conf.check.regex_stack.emplace(r.conf.check.regex_stack.value_or(RegexStack{}));
  stack = {std::max(stack.start, *start), std::max(stack.most, *most)};
  url(r).regex_use_stack = true;
}

void compile_regex(ConfReader& r) {
  HttpRegex::Error error;
  url(r).regex = HttpRegex::compile(*r.regex, r.regex_options, error);
  if (!url(r).regex)
    r.report.refuse(*r.regex,
                    fmt::format("{} at offset {}: keepalived logs that, and then uses memory that it has freed",
                                error.text, error.offset));
  r.regex.reset();
}

void end_url(ConfReader& r) {
  CheckUrl& u = url(r);
  if (u.path.empty()) {
    // Its regex is the next URL's.
    r.report.error("HTTP/SSL_GET checker url has no path - ignoring");
    web(r).urls.pop_back();
    return;
  }
  if (r.regex) {
    compile_regex(r);
  } else if (r.regex_options != 0 || u.regex_no_match || u.regex_min_offset != 0 || u.regex_beyond != 0 ||
             u.regex_use_stack) {
    r.report.log("regex parameters specified without regex");
    u.regex_no_match = u.regex_use_stack = false;
    u.regex_min_offset = u.regex_beyond = 0;
  }
  if (u.regex_beyond == 0 || u.regex_min_offset < u.regex_beyond) return;
  r.report.log(
      fmt::format("regex min offset {} > regex_max_offset {} - ignoring", u.regex_min_offset, u.regex_beyond - 1));
  u.regex_min_offset = u.regex_beyond = 0;
}

constexpr Keyword kUrl[] = {
    {.name = "path", .take = take_path},
    {.name = "digest", .take = take_digest},
    {.name = "status_code", .take = take_status},
    {.name = "virtualhost", .take = take_url_host},
    {.name = "regex", .take = take_regex},
    {.name = "regex_no_match", .take = take_regex_no_match},
    {.name = "regex_options", .take = take_regex_options},
    {.name = "regex_min_offset", .take = take_regex_min_offset},
    {.name = "regex_max_offset", .take = take_regex_max_offset},
    {.name = "regex_stack", .take = take_regex_stack},
};
constexpr Keyword kHttp[] = {
    {.name = "nb_get_retry", .take = take_check_retry},
    {.name = "virtualhost", .take = take_host},
    {.name = "http_protocol", .take = take_http_protocol},
    {.name = "enable_sni", .take = take_sni},
    {.name = "fast_recovery", .take = take_fast_recovery},
    {.name = "url", .take = take_url, .inside = kUrl, .block = true, .end = end_url},
};

}  // namespace

void end_http_check(ConfReader& r) {
  if (!web(r).urls.empty()) return;
  r.report.error("HTTP/SSL_GET checker has no urls specified - ignoring");
  checked(r).checkers.pop_back();
}

std::span<const Keyword> http_keywords() { return kHttp; }

}  // namespace lvs::keepalived
