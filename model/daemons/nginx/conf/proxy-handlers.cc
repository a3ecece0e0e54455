// SPDX-License-Identifier: GPL-2.0-or-later
// proxy_pass and what goes with it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/conf/handlers.h"

namespace lvs::nginx {
namespace {

using Kind = LocationConf::Kind;

// "http://$group": whom it means is known with the request.
void take_variable_pass(ConfReader& r) {
  ProxyPass pass;
  pass.url = r.word(1);
  pass.place = r.place();
  if (!pass.url.starts_with("http://")) return r.refuse(pass.url, "only http:// and variables behind it are modelled");
  if (r.complex(pass.url, pass.variable)) r.level().location->pass = std::move(pass);
}

void take_pass(ConfReader& r) {
  LocationConf& location = *r.level().location;
  if (location.pass) return r.fail_directive("is duplicate");
  const std::string& url = r.word(1);
  if (url.find('$') != std::string::npos) return take_variable_pass(r);
  if (url.empty()) return r.fail("invalid URL prefix");
  if (url.starts_with("https://")) return r.refuse(url, "TLS is not modelled");
  if (!url.starts_with("http://")) return r.fail("invalid URL prefix");
  const std::string rest = url.substr(7);
  const ConfUrl parsed = parse_url(rest, 80, UrlOf::page);
  if (!parsed.refused.empty()) return r.refuse(url, parsed.refused);
  if (!parsed.error.empty()) return r.fail(fmt::format("{} in upstream \"{}\"", parsed.error, rest));
  ProxyPass pass;
  pass.url = url;
  pass.place = r.place();
  pass.upstream = parsed.host;
  pass.port = parsed.port;
  pass.has_port = parsed.has_port;
  pass.has_uri = !parsed.uri.empty();
  pass.uri = parsed.uri.starts_with('?') ? "/" + parsed.uri : parsed.uri;
  if (pass.has_uri && (location.kind == Kind::regex || location.kind == Kind::named)) {
    return r.fail(
        "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named location, or "
        "inside \"if\" statement, or inside \"limit_except\" block");
  }
  location.pass = std::move(pass);
}

struct NextName {
  std::string_view name;
  unsigned bit;
};

void take_next(ConfReader& r) {
  using namespace next_on;
  constexpr auto kNames = std::to_array<NextName>({{"error", kError},
                                                   {"timeout", kTimeout},
                                                   {"invalid_header", kInvalidHeader},
                                                   {"non_idempotent", kNonIdempotent},
                                                   {"http_500", k500},
                                                   {"http_502", k502},
                                                   {"http_503", k503},
                                                   {"http_504", k504},
                                                   {"http_403", k403},
                                                   {"http_404", k404},
                                                   {"http_429", k429},
                                                   {"updating", 0},
                                                   {"off", kOff}});
  auto& to = r.settings().next_upstream;
  if (to) {
    return r.fail_directive("is duplicate");
  }
  to = 0;
  for (std::size_t i = 1; i < r.words().size(); ++i) {
    const auto* const found = std::ranges::find(kNames, r.word(i), &NextName::name);
    if (found == kNames.end() || found->bit == 0) return r.fail(fmt::format("invalid value \"{}\"", r.word(i)));
    if ((*to & found->bit) != 0) r.warn(fmt::format("duplicate value \"{}\"", r.word(i)));
    *to |= found->bit;
  }
}

void take_version(ConfReader& r) {
  auto& to = r.settings().http11;
  if (to) return r.fail_directive("is duplicate");
  if (r.word(1) != "1.0" && r.word(1) != "1.1") return r.fail(fmt::format("invalid value \"{}\"", r.word(1)));
  to = r.word(1) == "1.1";
}

void take_redirect(ConfReader& r) {
  if (r.word(1) == "default" && r.words().size() == 2) {
    r.settings().redirect = true;
  } else if (r.word(1) == "off" && r.words().size() == 2) {
    r.settings().redirect = false;
  } else {
    r.refuse(r.word(1), "proxy_redirect is modelled as \"default\" and \"off\"");
  }
}

void take_header(ConfReader& r) {
  HeaderConf header{r.word(1), {}, false};
  if (r.complex(r.word(2), header.value)) r.settings().set_headers.push_back(std::move(header));
}

constexpr auto kProxy = std::to_array<Handler>({
    {Module::http, "proxy_pass", take_pass},
    {Module::http, "proxy_set_header", take_header},
    {Module::http, "proxy_http_version", take_version},
    {Module::http, "proxy_next_upstream", take_next},
    {Module::http, "proxy_redirect", take_redirect},
    {Module::http, "proxy_next_upstream_tries", [](ConfReader& r) { r.number(r.settings().next_tries); }},
    {Module::http, "proxy_next_upstream_timeout", [](ConfReader& r) { r.time(r.settings().next_timeout); }},
    {Module::http, "proxy_connect_timeout", [](ConfReader& r) { r.time(r.settings().connect_timeout); }},
    {Module::http, "proxy_send_timeout", [](ConfReader& r) { r.time(r.settings().proxy_send_timeout); }},
    {Module::http, "proxy_read_timeout", [](ConfReader& r) { r.time(r.settings().read_timeout); }},
    {Module::http, "proxy_buffering", [](ConfReader& r) { r.flag(r.settings().buffering); }},
    {Module::http, "proxy_buffer_size", [](ConfReader& r) { r.size(r.settings().buffer_size); }},
    {Module::http, "proxy_buffers", [](ConfReader& r) { r.buffers(r.settings().buffers); }},
    {Module::http, "proxy_max_temp_file_size", [](ConfReader& r) { r.size(r.settings().temp_file_size); }},
    {Module::http, "proxy_intercept_errors", [](ConfReader& r) { r.flag(r.settings().intercept_errors); }},
    {Module::http, "proxy_ignore_client_abort", [](ConfReader& r) { r.flag(r.settings().ignore_client_abort); }},
    {Module::http, "proxy_hide_header", [](ConfReader& r) { r.settings().hide_headers.push_back(r.word(1)); }},
    {Module::http, "proxy_pass_header", [](ConfReader& r) { r.settings().pass_headers.push_back(r.word(1)); }},
    {Module::http, "proxy_request_buffering",
     [](ConfReader& r) {
       std::optional<bool> on;
       if (r.once()) r.flag(on);
       if (on == false) r.refuse("off", "requests that are sent on before they are whole are not modelled");
     }},
});

}  // namespace

std::span<const Handler> proxy_handlers() { return kProxy; }

}  // namespace lvs::nginx
