// SPDX-License-Identifier: GPL-2.0-or-later
// The bytes that a server gets (nginx: ngx_http_proxy_create_request()).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/proxying.h"
#include "daemons/nginx/http/uri.h"

namespace lvs::nginx {
namespace {

// What of a client's headers ends here.
constexpr auto kOwn = std::to_array<std::string_view>(
    {"Host", "Connection", "Content-Length", "Transfer-Encoding", "TE", "Keep-Alive", "Expect", "Upgrade"});

}  // namespace

std::string Proxying::target() const {
  const ProxyPass& pass = exchange_.pass();
  if (!pass.variable.empty() && pass.has_uri) return pass.uri;
  // Where the URI has been rewritten, that of proxy_pass has no say.
  if (!pass.has_uri || exchange_.rewritten()) {
    if (exchange_.uri_as_sent()) return exchange_.head().target;
    const std::string args = exchange_.args();
    return escape_uri(exchange_.uri()) + (args.empty() ? "" : "?" + args);
  }
  const std::string& name = exchange_.location().name;
  const bool within = exchange_.location().kind != LocationConf::Kind::regex && exchange_.uri().starts_with(name);
  const std::string rest = within ? exchange_.uri().substr(name.size()) : std::string();
  return pass.uri + escape_uri(rest) + (exchange_.args().empty() ? "" : "?" + exchange_.args());
}

void Proxying::add_headers(std::string& text) const {
  const Settings& settings = exchange_.settings();
  const auto is_set = [&](std::string_view name) {
    return std::ranges::any_of(settings.set_headers,
                               [&](const HeaderConf& each) { return same_name(each.name, name); });
  };
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}: {}\r\n", name, value);
  };
  for (const HeaderConf& each : settings.set_headers)
    if (!same_name(each.name, "Content-Length")) add(each.name, exchange_.value(each.value));
  if (!is_set("Host")) add("Host", proxy_host(exchange_.pass()));
  if (!is_set("Connection")) add("Connection", "close");
  const bool has_length = exchange_.head().length.has_value() || exchange_.head().chunked;
  if (has_length && !is_set("Content-Length")) add("Content-Length", std::to_string(exchange_.body().size()));
  for (const HeaderConf& each : settings.set_headers)
    if (same_name(each.name, "Content-Length")) add(each.name, exchange_.value(each.value));
  for (const Header& each : exchange_.head().headers) {
    const bool own = std::ranges::any_of(kOwn, [&](std::string_view name) { return same_name(name, each.name); });
    if (!own && !is_set(each.name)) text += fmt::format("{}: {}\r\n", each.name, each.value);
  }
}

std::string Proxying::request() const {
  const bool newer = exchange_.settings().http11.value_or(false);
  std::string text = fmt::format("{} {} HTTP/1.{}\r\n", exchange_.method(), target(), newer ? 1 : 0);
  add_headers(text);
  text += "\r\n";
  return text + exchange_.body();
}

}  // namespace lvs::nginx
