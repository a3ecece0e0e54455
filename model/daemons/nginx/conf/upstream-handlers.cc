// SPDX-License-Identifier: GPL-2.0-or-later
// Groups of servers, of http and of stream.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "daemons/nginx/conf/address.h"
#include "daemons/nginx/conf/handlers.h"
#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {
namespace {

// One parameter of a server; false: nginx does not take it.
bool take_parameter(ConfReader& r, std::string_view word, UpstreamServer& server) {
  const auto value = [&](std::string_view name) {
    return word.starts_with(name) ? std::optional(word.substr(name.size())) : std::nullopt;
  };
  constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max();
  const auto number = [&](std::string_view text, unsigned& to) {
    const auto read = conf_number(text);
    if (!read || *read > kMost) return false;
    to = static_cast<unsigned>(*read);
    return true;
  };
  if (const auto text = value("weight=")) return number(*text, server.weight) && server.weight != 0;
  if (const auto text = value("max_conns=")) return number(*text, server.max_conns);
  if (const auto text = value("max_fails=")) return number(*text, server.max_fails);
  if (const auto text = value("fail_timeout=")) {
    const auto time = conf_time(*text, true);
    if (time) server.fail_timeout = *time;
    return time.has_value();
  }
  if (word == "backup") {
    const auto balance = r.level().upstream->balance;
    const bool without = balance && *balance != Balance::least_conn && *balance != Balance::round_robin;
    if (without) r.fail("balancing method does not support parameter \"backup\"");
    server.backup = true;
    return true;
  }
  server.down = word == "down" || server.down;
  return word == "down";
}

void set_balance(ConfReader& r, Balance balance) {
  auto& to = r.level().upstream->balance;
  if (to || r.level().upstream->keepalive) r.warn("load balancing method redefined");
  to = balance;
}

void take_hash(ConfReader& r) {
  if (!r.complex(r.word(1), r.level().upstream->key)) return;
  if (r.words().size() == 2) return set_balance(r, Balance::hash);
  if (r.word(2) != "consistent") return r.fail(fmt::format("invalid parameter \"{}\"", r.word(2)));
  set_balance(r, Balance::consistent);
}

void take_random(ConfReader& r) {
  set_balance(r, Balance::random);
  if (r.words().size() == 1) return;
  if (r.word(1) != "two") return r.fail(fmt::format("invalid parameter \"{}\"", r.word(1)));
  r.level().upstream->balance = Balance::random_two;
  if (r.words().size() == 2 || r.word(2) == "least_conn") return;
  r.fail(fmt::format("invalid parameter \"{}\"", r.word(2)));
}

void take_keepalive(ConfReader& r) {
  auto& to = r.level().upstream->keepalive;
  if (to) return r.fail_directive("is duplicate");
  const auto count = conf_number(r.word(1));
  if (!count || *count == 0)
    return r.fail(fmt::format("invalid value \"{}\" in \"{}\" directive", r.word(1), r.word(0)));
  to = static_cast<unsigned>(std::min<std::uint64_t>(*count, 100'000));
}

void take_zone(ConfReader& r) {
  if (!r.once()) return;
  const std::string_view size = r.words().size() > 2 ? r.word(2) : std::string_view();
  const auto bytes = conf_size(size);
  constexpr std::uint64_t kLeast = 8 * 4096;
  if (r.words().size() < 3) {
    return r.report().fail(fmt::format("zero size shared memory zone \"{}\"", r.word(1)));
  }
  if (!bytes) return r.fail(fmt::format("invalid zone size \"{}\"", size));
  if (*bytes < kLeast) r.fail(fmt::format("zone \"{}\" is too small", r.word(1)));
}

constexpr auto kUpstream = std::to_array<Handler>({
    {Module::http, "upstream",
     [](ConfReader& r) {
       Level level = r.level();
       level.bits = place::kUpstream;
       read_upstream(r, r.conf().http->upstreams, level);
     }},
    {Module::http, "server", read_upstream_server, place::kUpstream},
    {Module::http, "least_conn", [](ConfReader& r) { set_balance(r, Balance::least_conn); }},
    {Module::http, "ip_hash", [](ConfReader& r) { set_balance(r, Balance::ip_hash); }},
    {Module::http, "hash", take_hash},
    {Module::http, "random", take_random},
    {Module::http, "zone", take_zone},
    {Module::http, "keepalive", take_keepalive},
    {Module::http, "keepalive_requests", [](ConfReader& r) { r.number(r.level().upstream->keepalive_requests); },
     place::kUpstream},
    {Module::http, "keepalive_time", [](ConfReader& r) { r.time(r.level().upstream->keepalive_time); },
     place::kUpstream},
    {Module::http, "keepalive_timeout", [](ConfReader& r) { r.time(r.level().upstream->keepalive_timeout); },
     place::kUpstream},
    {Module::stream, "upstream",
     [](ConfReader& r) {
       Level level = r.level();
       level.bits = place::kStreamUpstream;
       read_upstream(r, r.conf().stream->upstreams, level);
     }},
    {Module::stream, "server", read_upstream_server, place::kStreamUpstream},
    {Module::stream, "least_conn", [](ConfReader& r) { set_balance(r, Balance::least_conn); }},
    {Module::stream, "hash", take_hash},
    {Module::stream, "random", take_random},
    {Module::stream, "zone", take_zone},
});

}  // namespace

void read_upstream(ConfReader& r, std::vector<UpstreamConf>& to, Level level) {
  const std::string name = r.word(1);
  if (std::ranges::find(to, name, &UpstreamConf::name) != to.end())
    return r.fail(fmt::format("duplicate upstream \"{}\"", name));
  UpstreamConf group;
  group.name = name;
  group.place = r.place();
  level.upstream = &group;
  level.location = nullptr;
  const std::size_t refusals = r.report().refusals().size();
  r.block(level);
  if (r.report().failed()) return;
  if (group.servers.empty() && r.report().refusals().size() == refusals)
    return r.fail("no servers are inside upstream");
  to.push_back(std::move(group));
}

void read_upstream_server(ConfReader& r) {
  UpstreamServer server;
  for (std::size_t i = 2; i < r.words().size(); ++i) {
    if (r.word(i) == "resolve" || r.word(i).starts_with("service=") || r.word(i).starts_with("route=")) {
      return r.fail(fmt::format("invalid parameter \"{}\"", r.word(i)));
    }
    if (!take_parameter(r, r.word(i), server)) return r.fail(fmt::format("invalid parameter \"{}\"", r.word(i)));
  }
  const bool stream = r.level().module == Module::stream;
  const ConfUrl url = parse_url(r.word(1), stream ? 0 : 80, UrlOf::server);
  if (!url.refused.empty()) return r.refuse(r.word(1), url.refused);
  std::string error = url.error;
  if (error.empty() && !url.resolved) error = "host not found";
  if (!error.empty()) return r.fail(fmt::format("{} in upstream \"{}\"", error, r.word(1)));
  if (stream && !url.has_port) return r.fail(fmt::format("no port in upstream \"{}\"", r.word(1)));
  server.written = r.word(1);
  server.address = {url.address, url.port};
  server.name = fmt::format("{}:{}", url.address.text(), url.port);
  r.level().upstream->servers.push_back(std::move(server));
}

std::span<const Handler> upstream_handlers() { return kUpstream; }

}  // namespace lvs::nginx
