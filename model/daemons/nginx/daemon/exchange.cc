// SPDX-License-Identifier: GPL-2.0-or-later
// The way of a request: its server, its location, and who answers.
#include "daemons/nginx/daemon/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/proxying.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/pages.h"

namespace lvs::nginx {
namespace {

using Kind = LocationConf::Kind;

constexpr unsigned kMostChanges = 10;  // of the URI within one request
constexpr std::uint64_t kMostRequests = 1000, kMostBody = 1 << 20, kBodyBuffer = 16384;

}  // namespace

Exchange::Exchange(HttpSession& session, RequestHead head, base::Time since)
    : session_(session),
      head_(std::move(head)),
      since_(since),
      method_(head_.method),
      uri_(head_.uri.path),
      args_(head_.uri.args),
      server_(session.point().servers.front()),
      location_(&server_->base),
      admission_(*this, [this] { go_in(); }),
      sent_before_(session.sent()) {
  find_server();
}

Worker& Exchange::worker() const { return session_.worker(); }

base::Time Exchange::keepalive() const { return settings().keepalive_timeout.value_or(std::chrono::seconds(75)); }
base::Time Exchange::body_timeout() const { return settings().client_body_timeout.value_or(std::chrono::seconds(60)); }
base::Time Exchange::send_timeout() const { return settings().send_timeout.value_or(std::chrono::seconds(60)); }
std::uint64_t Exchange::most_body() const { return settings().client_max_body_size.value_or(kMostBody); }

std::uint64_t Exchange::body_buffer() const { return settings().client_body_buffer_size.value_or(kBodyBuffer); }

void Exchange::find_server() {
  server_ = &server_of(session_.point(), head_.host);
  const auto written = [&](const ServerName& name) { return !name.regex && name.text == head_.host; };
  if (std::ranges::none_of(server_->names, written)) {
    for (const ServerName& name : server_->names)
      if (name.regex && match(*name.regex, head_.host)) break;
  }
  location_ = &server_->base;
}

bool Exchange::may_keep() const {
  if (!head_.keep || worker().quitting() || settings().keepalive_timeout == base::Time{0}) return false;
  if (session_.requests() >= settings().keepalive_requests.value_or(kMostRequests)) return false;
  return worker().now() - session_.since() <= settings().keepalive_time.value_or(std::chrono::hours(1));
}

const LocationConf* Exchange::find_regex(const LocationConf& outer) {
  for (const auto& each : outer.inside) {
    if (each->kind != Kind::regex) continue;
    if (!match(*each->regex, uri_)) continue;
    bool moves = false;
    const LocationConf* const inner = find(*each, moves);
    return inner == nullptr ? each.get() : inner;
  }
  return nullptr;
}

// The exact one; else the longest prefix, unless a regular expression matches (nginx: ngx_http_core_find_location()).
const LocationConf* Exchange::find(const LocationConf& outer, bool& moves) {
  const LocationConf* best = nullptr;
  for (const auto& each : outer.inside) {
    if (each->kind == Kind::exact && each->name == uri_) return each.get();
    if (each->kind != Kind::prefix && each->kind != Kind::no_regex) continue;
    if (each->pass && each->name == uri_ + "/") moves = true;
    if (uri_.starts_with(each->name) && (best == nullptr || each->name.size() > best->name.size())) best = each.get();
  }
  if (moves) return nullptr;
  if (best != nullptr) {
    if (const LocationConf* const inner = find(*best, moves); inner != nullptr) return inner;
    if (best->kind == Kind::no_regex) return best;
  }
  const LocationConf* const regex = find_regex(outer);
  return regex == nullptr ? best : regex;
}

// False: it has been answered.
bool Exchange::enter() {
  location_ = &server_->base;
  if (!server_rewritten_) {
    server_rewritten_ = true;
    if (rewrite(server_->base.steps) == Rewritten::answered) return false;
  }
  bool moves = false;
  const LocationConf* const found = find(server_->base, moves);
  if (moves) {
    move(uri_ + "/");
    return false;
  }
  if (found != nullptr) location_ = found;
  keep_ = may_keep();
  if (location_->internal && !internal_) {
    finish(404);
    return false;
  }
  if (!internal_ && !body_refused_ && most_body() != 0 && head_.length.value_or(0) > most_body()) {
    body_refused_ = true;
    error(LogLevel::error, fmt::format("client intended to send too large body: {} bytes", *head_.length));
    finish(413);
    return false;
  }
  return true;
}

void Exchange::run() {
  find_client();
  if (enter()) handle();
}

void Exchange::handle() {
  keep_ = may_keep();
  pass_.reset();
  switch (rewrite(location_->steps)) {
    case Rewritten::answered: return;
    case Rewritten::find_again:
      if (++changes_ > kMostChanges) {
        error(LogLevel::error, fmt::format("rewrite or internal redirection cycle while processing \"{}\"", uri_));
        return own_page(500);
      }
      if (enter()) handle();
      return;
    case Rewritten::go_on: break;
  }
  go_in();
}

void Exchange::go_in() {
  find_client();  // a location may trust others
  unsigned status = 0;
  switch (admission_.ask(status)) {
    case Admission::Answer::wait: return;
    case Admission::Answer::refused: return finish(status);
    case Admission::Answer::come_in: break;
  }
  if (!may_enter()) return;
  if (!location_->try_files.empty() && try_files()) return;
  if (location_->pass) {
    if (find_pass()) session_.want_body();
    return;
  }
  if (location_->status_page) return serve_status();
  serve_file();
}

// To another URI within the server; false: so many times that nginx gives up.
bool Exchange::redirect(const std::string& uri, bool intern) {
  if (++changes_ > kMostChanges) {
    error(LogLevel::error,
          fmt::format("rewrite or internal redirection cycle while internally redirecting to \"{}\"", uri));
    own_page(500);
    return false;
  }
  internal_ = internal_ || intern;
  if (uri.starts_with('@')) {
    for (const auto& each : server_->base.inside) {
      if (each->kind != Kind::named || each->name != uri) continue;
      location_ = each.get();
      handle();
      return true;
    }
    error(LogLevel::error, fmt::format("could not find named location \"{}\"", uri));
    own_page(500);
    return false;
  }
  const std::size_t question = std::min(uri.find('?'), uri.size());
  uri_ = uri.substr(0, question);
  if (question < uri.size()) args_ = uri.substr(question + 1);
  server_rewritten_ = error_page_;  // from the server's phase on, once more
  if (enter()) handle();
  return true;
}

void Exchange::answer_return(const ReturnConf& answer) {
  keep_ = may_keep();
  const std::string text = answer.has_text ? value(answer.text) : std::string();
  if (answer.status == 444) return abort(444);
  if (answer.status < 400 || answer.has_text) session_.let_go_on();
  const bool moves = answer.status == 301 || answer.status == 302 || answer.status == 303 || answer.status == 307 ||
                     answer.status == 308;
  if (moves && answer.has_text) {
    moved_to_ = text;
    return finish(answer.status);
  }
  if (answer.status >= 400 && !answer.has_text) return finish(answer.status);
  answer_with(answer.status, type_of(uri_), text);
}

void Exchange::answer_with(unsigned status, std::string type, std::string_view text) {
  Answer head;
  head.status = status;
  head.type = std::move(type);
  head.length = text.size();
  send_head(std::move(head));
  last_piece();
  send_body(text);
  end(true);
}

// "http://HOST/images/"
std::string Exchange::absolute(const std::string& uri) const {
  if (!uri.starts_with('/') || !settings().absolute_redirect.value_or(true)) return uri;
  std::string host = head_.host;
  const bool own = settings().server_name_in_redirect.value_or(false) || host.empty();
  if (own)
    host = server_->names.empty() || server_->names.front().text.empty() ? session_.local().addr.text()
                                                                         : server_->names.front().text;
  const std::uint16_t port = session_.local().port;
  const bool with_port = port != 80 && settings().port_in_redirect.value_or(true);
  return fmt::format("http://{}{}{}", host, with_port ? fmt::format(":{}", port) : std::string(), uri);
}

void Exchange::move(const std::string& uri) {
  keep_ = may_keep();
  moved_to_ = uri + (head_.uri.has_args ? "?" + args_ : std::string());
  finish(301);
}

bool Exchange::has_error_page(unsigned status) const {
  return std::ranges::any_of(settings().error_pages, [&](const ErrorPage& each) { return each.status == status; });
}

bool Exchange::to_error_page(unsigned status) {
  if (error_page_) return false;
  for (const ErrorPage& page : settings().error_pages) {
    if (page.status != status) continue;
    error_page_ = true;
    if (page.answer < 0) error_status_ = status;
    if (page.answer > 0) error_status_ = static_cast<unsigned>(page.answer);
    const std::string uri = value(page.uri);
    if (method_ != "HEAD" && !uri.starts_with('@')) method_ = "GET";
    redirect(uri, true);
    return true;
  }
  return false;
}

void Exchange::finish(unsigned status) {
  if (over_) return;
  if (status == 400 || status == 413 || status == 414 || status == 494 || status == 500 || status == 501) {
    keep_ = head_.keep = false;  // nor is it kept behind a page of its own
  }
  error_status_.reset();  // that of an error page that is missing counts no more
  if (!to_error_page(status)) own_page(status);
}

// ngx_http_special_response_handler()
void Exchange::own_page(unsigned status) {
  session_.refuse_to_go_on();
  const std::string* const agent = find_header(head_.headers, "User-Agent");
  const bool padded = agent != nullptr && head_.version >= 10 && settings().msie_padding.value_or(true) &&
                      (agent->find("Chrome/") != std::string::npos || agent->find("MSIE ") != std::string::npos);
  const std::string page = error_page(status, settings().server_tokens.value_or(true), padded);
  const bool close = status == 400 || status == 413 || status == 414 || status == 494 || status == 500 || status == 501;
  if (close) keep_ = false;
  Answer head;
  head.status = status;
  head.length = page.size();
  if (!page.empty()) head.type = "text/html";
  head.location = std::exchange(moved_to_, {});
  head.headers = std::exchange(said_, {});
  send_head(std::move(head));
  last_piece();
  send_body(page);
  end(true);
}

void Exchange::abort(unsigned status) {
  if (over_) return;
  over_ = true;
  admission_.leave();
  if (!head_sent_) status_ = status;
  if (proxying_) proxying_->drop();
  session_.give_up();
}

void Exchange::client_gone() {
  if (over_) return;
  if (proxying_ && settings().ignore_client_abort.value_or(false)) return;
  abort(499);
}

void Exchange::sent() {
  if (proxying_ && !over_) proxying_->room();
}

void Exchange::error(LogLevel level, std::string_view text, std::string_view doing) {
  std::string line = fmt::format("*{} {}", session_.number(), text);
  if (!doing.empty()) line += fmt::format(" while {}", doing);
  line += fmt::format(", client: {}, server: {}", client().addr.text(),
                      server_->names.empty() ? std::string() : server_->names.front().text);
  if (!head_.line.empty()) line += fmt::format(", request: \"{}\"", head_.line);
  if (proxying_ && !proxying_->url().empty()) line += fmt::format(", upstream: \"{}\"", proxying_->url());
  if (const std::string* const host = find_header(head_.headers, "Host")) line += fmt::format(", host: \"{}\"", *host);
  if (const std::string* const from = find_header(head_.headers, "Referer"))
    line += fmt::format(", referrer: \"{}\"", *from);
  worker().error(settings().error_logs, level, line);
}

}  // namespace lvs::nginx
