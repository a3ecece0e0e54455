// SPDX-License-Identifier: GPL-2.0-or-later
// The body of a request, and whom it is passed on to.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/proxying.h"
#include "daemons/nginx/daemon/worker.h"

namespace lvs::nginx {

Exchange::~Exchange() = default;

Group& Exchange::group() { return own_group_ ? own_group_->group : worker().generation().http_group(pass().group); }

void Exchange::pass_on() {
  proxying_ = std::make_unique<Proxying>(*this);
  proxying_->start();
}

bool Exchange::write_body() {
  const std::string file =
      fmt::format("{}/{:010}", settings().client_body_temp_path.value_or("/var/lib/nginx/body"), worker().next_file());
  error(LogLevel::warn, fmt::format("a client request body is buffered to a temporary file {}", file));
  return true;
}

void Exchange::refuse_body(const RequestBody& body, RequestBody::State why) {
  body_failed_ = true;
  switch (why) {
    case RequestBody::State::bad: error(LogLevel::error, "client sent invalid chunked body"); return finish(400);
    case RequestBody::State::too_large:
      error(LogLevel::error,
            fmt::format("client intended to send too large chunked body: {}+{} bytes", body.before(), body.refused()));
      return finish(413);
    default:
      error(LogLevel::crit, "pwrite() to the file of a request's body failed (28: No space left on device)");
      return finish(500);
  }
}

// $content_length of a body in chunks: known once it is whole.
std::string Exchange::body_length() const {
  if (body_failed_) return "0";
  return session_.body_bytes() == 0 ? std::string() : std::to_string(body_.size());
}

// Whom a URL with variables means: a group by its name, or an address. False: it has been answered.
bool Exchange::find_pass() {
  const ProxyPass& written = *location_->pass;
  own_group_.reset();
  if (written.variable.empty()) return true;
  const std::string url = value(written.variable);
  const std::string rest = url.substr(std::min<std::size_t>(7, url.size()));
  const ConfUrl parsed = parse_url(rest, 80, UrlOf::page);
  if (rest.empty()) {
    error(LogLevel::error, fmt::format("invalid URL prefix in \"{}\"", url));
    finish(500);
    return false;
  }
  const std::string wrong = !parsed.error.empty() ? parsed.error : parsed.host.empty() ? "no host" : "";
  if (!wrong.empty()) {
    error(LogLevel::error, fmt::format("{} in upstream \"{}\"", wrong, rest));
    finish(500);
    return false;
  }
  const auto& groups = worker().generation().conf().http->upstreams;
  const auto group = named_group(groups, parsed);
  if (group == groups.end() && !parsed.resolved) {
    error(LogLevel::error, fmt::format("no resolver defined to resolve {}", parsed.host));
    finish(502);
    return false;
  }
  pass_ = written;
  pass_->url = url;
  pass_->upstream = parsed.host;
  pass_->port = parsed.port;
  pass_->has_port = parsed.has_port;
  pass_->has_uri = !parsed.uri.empty();
  pass_->uri = parsed.uri;
  pass_->group = static_cast<std::size_t>(group - groups.begin());
  if (group != groups.end()) return true;
  own_group_ = std::make_unique<OwnGroup>(parsed, rest);
  return true;
}

// ngx_http_stub_status_handler()
void Exchange::serve_status() {
  if (method_ != "GET" && method_ != "HEAD") return finish(405);
  session_.let_go_on();
  const ConnectionCounts counts = worker().counts();
  answer_with(
      200, "text/plain",
      fmt::format("Active connections: {} \nserver accepts handled requests\n {} {} {} \nReading: {} Writing: {} "
                  "Waiting: {} \n",
                  counts.active, counts.accepted, counts.accepted, counts.requests, counts.reading, counts.writing,
                  counts.waiting));
}

}  // namespace lvs::nginx
