// SPDX-License-Identifier: GPL-2.0-or-later
// What a server answers, on its way to the client (nginx: ngx_http_upstream_process_header(), ngx_event_pipe.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/proxying.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/pages.h"

namespace lvs::nginx {
namespace {

using host::SocketError;

constexpr base::Time kMinute = std::chrono::seconds(60);
constexpr std::uint64_t kBuffer = 4096, kBuffers = 8;
// What may wait for a slow client, in buffers and files: nginx has a limit of 1 GB there.
constexpr std::uint64_t kMostWaiting = 16 << 20;

struct NextStatus {
  unsigned status, why;
};
constexpr auto kNext = std::to_array<NextStatus>({{500, next_on::k500},
                                                  {502, next_on::k502},
                                                  {503, next_on::k503},
                                                  {504, next_on::k504},
                                                  {403, next_on::k403},
                                                  {404, next_on::k404},
                                                  {429, next_on::k429}});

// Of a server's headers, those that end here or have a place of their own.
constexpr auto kOwn = std::to_array<std::string_view>(
    {"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Content-Type", "Server", "Date", "X-Pad",
     "X-Accel-Expires", "X-Accel-Redirect", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset", "Status",
     "Upgrade", "Location"});

bool is_in(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& each) { return same_name(each, name); });
}

}  // namespace

void Proxying::read_head() {
  const std::uint64_t buffer = exchange_.settings().buffer_size.value_or(kBuffer);
  for (;;) {
    SocketError error = SocketError::none;
    const std::size_t size = link_.socket->read(in_, buffer - in_.size(), error);
    if (size == 0 && error == SocketError::again) return;
    if (size == 0) {
      if (error == SocketError::none) {
        exchange_.error(LogLevel::error, "upstream prematurely closed connection", doing());
      } else {
        failed_call("recv()", error);
      }
      return next(next_on::kError);
    }
    exchange_.asked().back().received += size;
    switch (answer_.parse(in_)) {
      case AnswerParser::State::done: return take_head();
      case AnswerParser::State::failed:
        exchange_.error(LogLevel::error, answer_.error(), doing());
        return next(next_on::kInvalidHeader);
      case AnswerParser::State::more: break;
    }
    if (in_.size() < buffer) continue;
    exchange_.error(LogLevel::error, "upstream sent too big header", doing());
    return next(next_on::kInvalidHeader);
  }
}

bool Proxying::is_next_status(unsigned status, unsigned& why) const {
  const auto* const found = std::ranges::find(kNext, status, &NextStatus::status);
  if (found == kNext.end()) return false;
  why = found->why;
  const Settings& settings = exchange_.settings();
  const std::string& method = exchange_.method();
  unsigned mask = why;
  if (method == "POST" || method == "LOCK" || method == "PATCH") mask |= next_on::kNonIdempotent;
  const base::Time most = settings.next_timeout.value_or(base::Time{0});
  if (most > base::Time{0} && worker_.now() - began_ >= most) return false;
  return choice_->tries() > 1 && (settings.next_upstream.value_or(next_on::kError | next_on::kTimeout) & mask) == mask;
}

// proxy_redirect default: "http://web/x" is "/x" of the location.
std::string Proxying::redirected(const std::string& location) const {
  const ProxyPass& pass = exchange_.pass();
  const LocationConf& conf = exchange_.location();
  if (!exchange_.settings().redirect.value_or(true) || conf.kind == LocationConf::Kind::regex) return location;
  const std::string& from = pass.url;
  if (!location.starts_with(from)) return location;
  const std::string rest = location.substr(from.size());
  return pass.has_uri ? conf.name + rest : (rest.starts_with('/') || rest.empty() ? rest : location);
}

void Proxying::take_head() {
  const AnswerHead& from = answer_.head();
  exchange_.asked().back().header = worker_.now() - asked_;
  const Settings& settings = exchange_.settings();
  if (from.status >= 300) {
    unsigned why = 0;
    if (is_next_status(from.status, why)) return next(why);
    if (settings.intercept_errors.value_or(false) && exchange_.has_error_page(from.status)) {
      exchange_.asked().back().status = from.status;
      return fail(from.status);
    }
  }
  exchange_.asked().back().status = from.status;
  Answer answer;
  answer.status = from.status;
  answer.status_line = from.status_line;
  const auto value = [&](std::string_view name) {
    const std::string* const found = find_header(from.headers, name);
    return found == nullptr || is_in(settings.hide_headers, name) ? std::string() : *found;
  };
  answer.type = value("Content-Type");
  if (const std::string location = value("Location"); !location.empty()) answer.location = redirected(location);
  if (is_in(settings.pass_headers, "Server")) answer.server = value("Server");
  if (is_in(settings.pass_headers, "Date")) answer.date = value("Date");
  if (!from.chunked) answer.length = from.length;
  for (const Header& each : from.headers) {
    const bool own = std::ranges::any_of(kOwn, [&](std::string_view name) { return same_name(name, each.name); });
    const bool passed =
        is_in(settings.pass_headers, each.name) && each.name.size() > 1 && (each.name[0] == 'X' || each.name[0] == 'x');
    if ((!own || passed) && !is_in(settings.hide_headers, each.name)) answer.headers.push_back(each);
  }
  exchange_.send_head(std::move(answer));
  phase_ = Phase::body;
  buffer_ = settings.buffer_size.value_or(kBuffer) - from.size;
  left_ = from.length.value_or(0);
  const bool bodiless = exchange_.method() == "HEAD" || from.status == 204 || from.status == 304;
  if (bodiless || (!from.chunked && from.length == 0U)) {
    whole_ = true;
    note_response_time();
    give_back();
    phase_ = Phase::over;
    alarm_.clear();
    return exchange_.end(true);
  }
  const std::string first = in_.substr(from.size);
  in_.clear();
  if (!first.empty() && !take_bytes(first)) return fail(502);
  read_body();
}

// False: chunks that are none.
bool Proxying::take_bytes(std::string_view bytes) {
  const AnswerHead& from = answer_.head();
  if (from.chunked) {
    const auto state = dechunker_.take(bytes, raw_);
    if (state == Dechunker::State::failed) {
      exchange_.error(LogLevel::error, "upstream sent invalid chunked response", doing());
      return false;
    }
    whole_ = state == Dechunker::State::done;
    if (whole_ || !dechunker_.within()) pass_on();
    if (!bytes.empty() && whole_) link_.requests = ~std::uint64_t{0};  // more than was asked for: not kept
  } else if (from.length) {
    const std::size_t size = std::min<std::uint64_t>(left_, bytes.size());
    raw_ += bytes.substr(0, size);
    left_ -= size;
    whole_ = left_ == 0;
    if (whole_) pass_on();
    if (size < bytes.size()) {
      exchange_.error(LogLevel::warn, "upstream sent more data than specified in \"Content-Length\" header", doing());
      link_.requests = ~std::uint64_t{0};
    }
  } else {
    raw_ += bytes;
  }
  const std::uint64_t each = exchange_.settings().buffers.value_or(std::pair{kBuffers, kBuffer}).second;
  const bool buffered = exchange_.settings().buffering.value_or(true);
  if (!buffered || raw_.size() >= buffer_) {
    pass_on();
    buffer_ = each;
  }
  return true;
}

void Proxying::pass_on() {
  body_ += raw_;
  raw_.clear();
}

void Proxying::send_on() {
  if (body_.empty()) return;
  const std::string bytes = std::exchange(body_, {});
  exchange_.asked().back().length += bytes.size();
  if (whole_ || at_end_) exchange_.last_piece();
  exchange_.send_body(bytes);
}

void Proxying::read_body() {
  bool broken = false;
  while (!whole_ && !at_end_ && exchange_.session().unsent() + body_.size() < kMostWaiting) {
    std::string bytes;
    SocketError error = SocketError::none;
    constexpr std::size_t kPiece = 4096;
    const std::size_t size = link_.socket->read(bytes, kPiece, error);
    if (size == 0) {
      if (error == SocketError::again) break;
      at_end_ = true;
      if (error != SocketError::none) {
        failed_call("readv()", error);
        broken = true;
      }
      break;
    }
    exchange_.asked().back().received += size;
    if (!take_bytes(bytes)) return fail(502);
  }
  if (phase_ != Phase::body) return;
  if (whole_ || at_end_) return finish_body(broken);
  alarm_.set_after(exchange_.settings().read_timeout.value_or(kMinute));
  send_on();
}

void Proxying::finish_body(bool broken) {
  const AnswerHead& from = answer_.head();
  const bool complete = whole_ || (!broken && !from.length && !from.chunked);
  pass_on();
  if (!complete && !broken) exchange_.error(LogLevel::error, "upstream prematurely closed connection", doing());
  if (!complete) at_end_ = false;
  send_on();
  if (phase_ != Phase::body) return;
  alarm_.clear();
  note_response_time();
  phase_ = Phase::over;
  give_back();
  exchange_.end(complete);
}

void Proxying::room() {
  if (phase_ == Phase::body) read_body();
}

}  // namespace lvs::nginx
