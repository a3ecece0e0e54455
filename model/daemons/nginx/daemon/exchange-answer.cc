// SPDX-License-Identifier: GPL-2.0-or-later
// What goes to the client (nginx: ngx_http_header_filter(), ngx_http_chunked_body_filter(), the log phase).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/proxying.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/pages.h"
#include "daemons/nginx/log/log-line.h"

namespace lvs::nginx {
namespace {

// add_header without "always" is for these.
constexpr auto kGood = std::to_array<unsigned>({200, 201, 204, 206, 301, 302, 303, 304, 307, 308});

// nginx: ngx_http_charset_default_types.
constexpr auto kCharsetTypes = std::to_array<std::string_view>(
    {"text/html", "text/xml", "text/plain", "text/vnd.wap.wml", "application/javascript", "application/rss+xml"});

}  // namespace

// nginx: ngx_http_destination_charset(), ngx_http_set_charset(). A type with a charset, or other words behind it, is
// none of these.
void say_charset(const Settings& settings, Answer& answer) {
  const auto same = [&](std::string_view type) { return same_name(type, answer.type); };
  if (answer.status == 301 || answer.status == 302) return;  // Netscape 4 would read the next page with it
  if (settings.charset && *settings.charset != "off" && std::ranges::any_of(kCharsetTypes, same))
    answer.type += "; charset=" + *settings.charset;
}

void Exchange::send_head(Answer answer) {
  head_sent_ = true;
  if (error_status_) {
    answer.status = *error_status_;
    answer.status_line.clear();
  }
  status_ = answer.status;
  header_only_ = method_ == "HEAD" || answer.status == 204 || answer.status == 304 || answer.status < 200;
  if (answer.status == 204 || answer.status == 304) {
    answer.type.clear();
    answer.length.reset();
    if (answer.status == 204) answer.last_modified.clear();
  }
  say_charset(settings(), answer);
  const bool bodiless = header_only_ && method_ != "HEAD";
  if (!answer.length && !bodiless && method_ != "HEAD") {
    chunked_ = head_.version >= 11 && settings().chunked.value_or(true);
    if (!chunked_) keep_ = false;
  }
  if (head_.version < 10) return;  // HTTP/0.9: no head at all
  std::string line = answer.status_line;
  if (line.empty()) line = status_line(answer.status);
  if (line.empty()) line = fmt::format("{} ", answer.status);
  const bool tokens = settings().server_tokens.value_or(true);
  std::string text = fmt::format("HTTP/1.1 {}\r\nServer: {}\r\nDate: {}\r\n", line,
                                 !answer.server.empty() ? answer.server : std::string(tokens ? kVersion : "nginx"),
                                 !answer.date.empty() ? answer.date : http_date(worker().day_time()));
  const auto field = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += fmt::format("{}: {}\r\n", name, value);
    answer_headers_.push_back({std::string(name), value});
  };
  field("Content-Type", answer.type);
  if (answer.length) field("Content-Length", std::to_string(*answer.length));
  field("Last-Modified", answer.last_modified);
  // Of this server, in its place; any other stands behind with the rest.
  const bool own_place = answer.location.starts_with('/') && settings().absolute_redirect.value_or(true);
  if (own_place) field("Location", absolute(answer.location));
  if (chunked_) text += "Transfer-Encoding: chunked\r\n";
  text += keep_ ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  if (keep_ && settings().keepalive_header && *settings().keepalive_header > base::Time{0}) {
    field("Keep-Alive", fmt::format("timeout={}", *settings().keepalive_header / std::chrono::seconds(1)));
  }
  if (!own_place) field("Location", answer.location);
  add_expiry(answer);
  for (const Header& each : answer.headers) field(each.name, each.value);
  const bool good = std::ranges::find(kGood, answer.status) != kGood.end();
  for (const HeaderConf& each : settings().add_headers)
    if (good || each.always) field(each.name, value(each.value));
  if (answer.ranges) field("Accept-Ranges", "bytes");
  field("Content-Range", answer.part);
  text += "\r\n";
  head_size_ = text.size();
  pending_ = std::move(text);
}

// nginx: ngx_http_set_expires().
void Exchange::add_expiry(Answer& answer) const {
  const auto& expires = settings().expires;
  if (!expires || expires->kind == ExpiresConf::Kind::off || std::ranges::find(kGood, answer.status) == kGood.end())
    return;
  std::string until, control = "no-cache";
  if (expires->kind == ExpiresConf::Kind::epoch) {
    until = "Thu, 01 Jan 1970 00:00:01 GMT";
  } else if (expires->kind == ExpiresConf::Kind::max) {
    until = "Thu, 31 Dec 2037 23:55:55 GMT";
    control = "max-age=315360000";
  } else {
    until = http_date(worker().day_time() + expires->time);
    if (expires->time >= base::Time{0}) control = fmt::format("max-age={}", expires->time / std::chrono::seconds(1));
  }
  // What a server has said of it goes, or stands where it stood.
  const auto set = [&](std::string_view name, std::string value) {
    const auto same = [&](const Header& each) { return same_name(each.name, name); };
    const auto there = std::ranges::find_if(answer.headers, same);
    if (there == answer.headers.end()) return answer.headers.push_back({std::string(name), std::move(value)});
    there->value = std::move(value);
    answer.headers.erase(std::remove_if(there + 1, answer.headers.end(), same), answer.headers.end());
  };
  set("Expires", std::move(until));
  set("Cache-Control", std::move(control));
}

void Exchange::send_body(std::string_view bytes) {
  if (over_ || header_only_ || bytes.empty()) return;
  body_sent_ += bytes.size();
  std::string text = std::exchange(pending_, {});
  if (chunked_) {
    text += fmt::format("{:x}\r\n", bytes.size());
    text += bytes;
    text += "\r\n";
  } else {
    text += bytes;
  }
  if (last_piece_) {
    pending_ = std::move(text);
    return;
  }
  session_.send(text);
}

void Exchange::end(bool whole) {
  if (over_) return;
  over_ = true;
  if (proxying_) proxying_->drop();
  std::string text = std::exchange(pending_, {});
  if (!whole) {
    if (!text.empty()) session_.send(text);
    return session_.answered(false);
  }
  if (chunked_ && !header_only_) text += "0\r\n\r\n";
  if (!text.empty()) session_.send(text);
  session_.answered(keep_);
}

void Exchange::log() {
  static const std::vector<AccessLogConf> kDefault{{.path = "/var/log/nginx/access.log"}};
  const HttpConf& http = *worker().generation().conf().http;
  for (const AccessLogConf& log : settings().access_logs ? *settings().access_logs : kDefault) {
    if (log.condition) {
      const std::string wanted = value(*log.condition);
      if (wanted.empty() || wanted == "0") continue;
    }
    const auto format = std::ranges::find(http.formats, log.format, &LogFormat::name);
    const LogFormat& used = format == http.formats.end() ? combined_format() : *format;
    std::size_t slack = 0;
    const std::string line = log_line(used, [&](const Piece& piece) {
      std::string text = variable(piece);
      slack += log_slack(piece.variable, text.size());
      return text;
    });
    worker().logs().access(log, worker().pid(), line, slack);
  }
}

}  // namespace lvs::nginx
