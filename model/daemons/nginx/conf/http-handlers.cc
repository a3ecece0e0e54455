// SPDX-License-Identifier: GPL-2.0-or-later
// Servers, their names and addresses, and their locations.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/conf/handlers.h"
#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {
namespace {

void take_server(ConfReader& r) {
  auto server = std::make_unique<ServerConf>();
  ServerConf& read = *server;
  read.base.place = r.place();
  r.conf().http->servers.push_back(std::move(server));
  r.block({.module = Module::http, .bits = place::kServer, .server = &read, .location = &read.base});
  if (!r.report().failed() && read.listens.empty())
    read.listens.push_back({.address = {{}, 80}, .text = "0.0.0.0:80", .place = read.base.place});
}

void take_names(ConfReader& r) {
  for (std::size_t i = 1; i < r.words().size(); ++i) {
    const std::string& word = r.word(i);
    const bool invalid = (word.starts_with('*') && (word.size() < 3 || word[1] != '.')) || word == ".";
    if (invalid) return r.fail(fmt::format("server name \"{}\" is invalid", word));
    if (word.find('/') != std::string::npos && !word.starts_with('~'))
      r.warn(fmt::format("server name \"{}\" has suspicious symbols", word));
    ServerName name{word, nullptr};
    if (word.starts_with('~')) {
      name.regex = read_regex(r, word.substr(1), true);
      if (!name.regex) return;
    } else {
      for (char& c : name.text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    if (name.text == "$hostname") return r.refuse(word, "the machine's name as a server's is not modelled");
    r.level().server->names.push_back(std::move(name));
  }
}

using Kind = LocationConf::Kind;

// "= /x", "=/x", "~ \.png$", "@name", "/x" (nginx: ngx_http_core_location()).
bool name_location(ConfReader& r, LocationConf& to) {
  std::string_view modifier, name = r.word(1);
  constexpr auto kModifiers = std::to_array<std::string_view>({"=", "^~", "~*", "~"});
  if (r.words().size() == 3) {
    modifier = r.word(1);
    name = r.word(2);
    if (std::ranges::find(kModifiers, modifier) == kModifiers.end()) {
      r.fail(fmt::format("invalid location modifier \"{}\"", modifier));
      return false;
    }
  } else {
    for (const std::string_view each : kModifiers) {
      if (!name.starts_with(each)) continue;
      modifier = each;
      name.remove_prefix(each.size());
      break;
    }
  }
  to.name = name;
  to.kind = modifier == "="         ? Kind::exact
            : modifier == "^~"      ? Kind::no_regex
            : !modifier.empty()     ? Kind::regex
            : name.starts_with('@') ? Kind::named
                                    : Kind::prefix;
  if (to.kind != Kind::regex) return true;
  to.ignore_case = modifier == "~*";
  to.regex = read_regex(r, to.name, to.ignore_case);
  return to.regex != nullptr;
}

// Locations within others keep to the other's name.
bool fits(ConfReader& r, const LocationConf& outer, const LocationConf& inner) {
  std::string error;
  if (outer.kind == Kind::exact) {
    error = "location \"{}\" cannot be inside the exact location \"{}\"";
  } else if (outer.kind == Kind::named) {
    error = "location \"{}\" cannot be inside the named location \"{}\"";
  } else if (inner.kind == Kind::named) {
    r.fail(fmt::format("named location \"{}\" can be on the server level only", inner.name));
    return false;
  } else if (inner.kind != Kind::regex && outer.kind != Kind::regex && !inner.name.starts_with(outer.name)) {
    error = "location \"{}\" is outside location \"{}\"";
  }
  if (error.empty()) return true;
  r.fail(fmt::format(fmt::runtime(error), inner.name, outer.name));
  return false;
}

void take_location(ConfReader& r) {
  auto location = std::make_unique<LocationConf>();
  location->place = r.place();
  LocationConf& outer = *r.level().location;
  if (!name_location(r, *location)) return r.report().failed() ? void() : r.skip_block();
  if (outer.kind != Kind::server && !fits(r, outer, *location)) return;
  Level level = r.level();
  level.bits = place::kLocation;
  level.location = location.get();
  outer.inside.push_back(std::move(location));
  r.block(level);
}

template <class T>
T& of(ConfReader& r, T ServerConf::*member) {
  return r.level().server->*member;
}

constexpr auto kHttp = std::to_array<Handler>({
    {Module::http, "server", take_server, place::kTop},
    {Module::http, "listen", [](ConfReader& r) { read_listen(r, r.level().server->listens, 80); }},
    {Module::http, "server_name", take_names},
    {Module::http, "location", take_location},
    {Module::http, "client_header_timeout", [](ConfReader& r) { r.time(of(r, &ServerConf::client_header_timeout)); }},
    {Module::http, "client_header_buffer_size", [](ConfReader& r) { r.size(of(r, &ServerConf::header_buffer)); }},
    {Module::http, "large_client_header_buffers", [](ConfReader& r) { r.buffers(of(r, &ServerConf::large_buffers)); }},
    {Module::http, "underscores_in_headers", [](ConfReader& r) { r.flag(of(r, &ServerConf::underscores)); }},
    {Module::http, "ignore_invalid_headers", [](ConfReader& r) { r.flag(of(r, &ServerConf::ignore_invalid)); }},
    {Module::http, "merge_slashes", [](ConfReader& r) { r.flag(of(r, &ServerConf::merge_slashes)); }},
});

// False: not one of the parameters that are modelled or without effect.
bool take_listen_parameter(std::string_view word, ListenConf& to, bool stream) {
  constexpr auto kIdle = std::to_array<std::string_view>({"reuseport", "bind", "ipv6only=on", "ipv6only=off"});
  if (!stream && (word == "default_server" || word == "default")) {
    to.default_server = true;
    return true;
  }
  if (!stream && word == "proxy_protocol") {
    to.proxy_protocol = true;
    return true;
  }
  if (stream && word == "udp") {
    to.udp = true;
    return true;
  }
  if (word.starts_with("backlog=")) {
    const auto backlog = conf_number(word.substr(8));
    to.backlog = static_cast<unsigned>(std::min<std::uint64_t>(backlog.value_or(0), 65535));
    return to.backlog != 0;
  }
  return std::ranges::find(kIdle, word) != kIdle.end();
}

bool is_known_parameter(std::string_view word, bool stream) {
  constexpr auto kRefused = std::to_array<std::string_view>(
      {"ssl", "deferred", "proxy_protocol",
       "so_keepalive=", "rcvbuf=", "sndbuf=", "fastopen=", "setfib=", "accept_filter="});
  if (!stream && (word == "http2" || word == "spdy")) return true;
  return std::ranges::any_of(
      kRefused, [&](std::string_view each) { return each.ends_with('=') ? word.starts_with(each) : word == each; });
}

}  // namespace

void read_listen(ConfReader& r, std::vector<ListenConf>& to, std::uint16_t default_port) {
  const bool stream = r.level().module == Module::stream;
  const bool six = r.word(1).starts_with("[::]:") && conf_number(r.word(1).substr(5));
  const ConfUrl url = parse_url(six ? r.word(1).substr(5) : r.word(1), default_port, UrlOf::listen);
  if (!url.refused.empty()) return r.refuse(r.word(1), url.refused);
  std::string error = url.error;
  if (error.empty() && !url.resolved) error = "host not found";
  if (!error.empty()) return r.fail(fmt::format("{} in \"{}\" of the \"listen\" directive", error, r.word(1)));
  if (url.port == 0) return r.refuse(r.word(1), "a port that the kernel chooses is not modelled");
  ListenConf listen;
  listen.address = {url.address, url.port};
  listen.six = six;
  listen.text = fmt::format("{}:{}", six ? "[::]" : url.address.text(), url.port);
  listen.place = r.place();
  for (std::size_t i = 2; i < r.words().size(); ++i) {
    if (take_listen_parameter(r.word(i), listen, stream)) continue;
    if (is_known_parameter(r.word(i), stream)) return r.refuse(r.word(i), "this parameter of listen is not modelled");
    if (r.word(i).starts_with("backlog=")) return r.fail(fmt::format("invalid backlog \"{}\"", r.word(i).substr(8)));
    return r.fail(fmt::format("invalid parameter \"{}\"", r.word(i)));
  }
  to.push_back(std::move(listen));
}

std::span<const Handler> http_handlers() { return kHttp; }

}  // namespace lvs::nginx
