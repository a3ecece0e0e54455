// SPDX-License-Identifier: GPL-2.0-or-later
// Servers of the stream module.
#include <fmt/format.h>

#include <algorithm>

#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/conf/handlers.h"

namespace lvs::nginx {
namespace {

void take_server(ConfReader& r) {
  auto server = std::make_unique<StreamServerConf>();
  StreamServerConf& read = *server;
  read.place = r.place();
  r.conf().stream->servers.push_back(std::move(server));
  const std::size_t refusals = r.report().refusals().size();
  r.block({.module = Module::stream, .bits = place::kServer, .stream = &read});
  if (r.report().failed() || r.report().refusals().size() != refusals) return;
  if (read.listens.empty())
    return r.report().fail(fmt::format("no \"listen\" is defined for server in {}", read.place.text()));
  if (!read.pass && !read.answer) r.report().fail(fmt::format("no handler for server in {}", read.place.text()));
}

void take_pass(ConfReader& r) {
  StreamServerConf& server = *r.level().stream;
  if (server.pass) return r.fail_directive("is duplicate");
  const std::string& url = r.word(1);
  if (url.find('$') != std::string::npos) {
    ProxyPass pass;
    if (r.complex(url, pass.variable)) server.pass = std::move(pass);
    return;
  }
  const ConfUrl parsed = parse_url(url, 0, UrlOf::server);
  if (!parsed.refused.empty()) return r.refuse(url, parsed.refused);
  if (!parsed.error.empty()) return r.fail(fmt::format("{} in upstream \"{}\"", parsed.error, url));
  ProxyPass pass;
  pass.url = url;
  pass.place = r.place();
  pass.upstream = parsed.host;
  pass.port = parsed.port;
  pass.has_port = parsed.has_port;
  server.pass = std::move(pass);
}

template <class T>
T& of(ConfReader& r, T StreamServerConf::*member) {
  return r.level().stream->*member;
}

constexpr auto kStream = std::to_array<Handler>({
    {Module::stream, "server", take_server, place::kTop},
    {Module::stream, "listen", [](ConfReader& r) { read_listen(r, r.level().stream->listens, 0); }},
    {Module::stream, "proxy_pass", take_pass},
    {Module::stream, "return",
     [](ConfReader& r) {
       ComplexText text;
       if (of(r, &StreamServerConf::answer)) return r.fail_directive("is duplicate");
       if (r.complex(r.word(1), text)) of(r, &StreamServerConf::answer) = std::move(text);
     }},
    {Module::stream, "proxy_connect_timeout", [](ConfReader& r) { r.time(of(r, &StreamServerConf::connect_timeout)); }},
    {Module::stream, "proxy_timeout", [](ConfReader& r) { r.time(of(r, &StreamServerConf::timeout)); }},
    {Module::stream, "proxy_next_upstream", [](ConfReader& r) { r.flag(of(r, &StreamServerConf::next_upstream)); }},
    {Module::stream, "proxy_next_upstream_tries",
     [](ConfReader& r) { r.number(of(r, &StreamServerConf::next_tries)); }},
    {Module::stream, "proxy_next_upstream_timeout",
     [](ConfReader& r) { r.time(of(r, &StreamServerConf::next_timeout)); }},
    {Module::stream, "proxy_responses", [](ConfReader& r) { r.number(of(r, &StreamServerConf::responses)); }},
    {Module::stream, "proxy_requests", [](ConfReader& r) { r.number(of(r, &StreamServerConf::requests)); }},
    {Module::stream, "proxy_buffer_size", [](ConfReader& r) { r.size(of(r, &StreamServerConf::buffer_size)); }},
    {Module::stream, "proxy_half_close", [](ConfReader& r) { r.flag(of(r, &StreamServerConf::half_close)); }},
    {Module::stream, "proxy_protocol", [](ConfReader& r) { r.flag(of(r, &StreamServerConf::proxy_protocol)); }},
    {Module::stream, "tcp_nodelay", [](ConfReader& r) { r.flag(of(r, &StreamServerConf::tcp_nodelay)); }},
});

}  // namespace

std::span<const Handler> stream_handlers() { return kStream; }

}  // namespace lvs::nginx
