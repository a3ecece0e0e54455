// SPDX-License-Identifier: GPL-2.0-or-later
// What is looked at once the http or the stream block has been read: values that go inwards, locations, addresses that
// servers share, groups that are named before they are there.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "control/words/addresses.h"
#include "daemons/nginx/conf/handlers.h"

namespace lvs::nginx {
namespace {

using Kind = LocationConf::Kind;

void complete_location(ConfReader& r, LocationConf& outer) {
  std::set<std::pair<Kind, std::string>> names;
  for (const auto& each : outer.inside) {
    const Kind kind = each->kind == Kind::no_regex ? Kind::prefix : each->kind;
    if (kind != Kind::regex && !names.emplace(kind, each->name).second)
      return r.report().fail(fmt::format("duplicate location \"{}\" in {}", each->name, each->place.text()));
    each->settings.inherit(outer.settings);
    complete_location(r, *each);
    if (r.report().failed()) return;
  }
}

// The names of an address as nginx hashes them: ".a.com" is "a.com" and "*.a.com" (nginx: ngx_hash_add_key()).
struct HashedNames {
  std::set<std::string> exact, heads, tails;

  // False: somebody has it already.
  bool add(const std::string& name) {
    if (name.starts_with("*.")) return heads.insert(name.substr(2)).second;
    if (name.ends_with(".*")) return tails.insert(name).second;
    if (!name.starts_with('.')) return exact.insert(name).second;
    return exact.insert(name.substr(1)).second && heads.insert(name.substr(1)).second;
  }
};

// Servers of one address: names that two have belong to the first. One that is alone there is not looked for by name,
// unless an expression of its names has groups.
void compare_names(ConfReader& r, const HttpConf& http, const std::string& address) {
  std::vector<const ServerConf*> here;
  for (const auto& server : http.servers) {
    if (std::ranges::find(server->listens, address, &ListenConf::text) != server->listens.end())
      here.push_back(server.get());
  }
  const auto captures = [](const ServerName& name) { return name.regex && name.regex->captures(); };
  if (here.empty() || (here.size() == 1 && std::ranges::none_of(here.front()->names, captures))) return;
  HashedNames names;
  for (const ServerConf* server : here) {
    std::vector<std::string> own;
    for (const ServerName& name : server->names) own.push_back(name.text);
    if (own.empty()) own.emplace_back();
    for (const std::string& name : own) {
      if (!name.starts_with('~') && !names.add(name))
        r.report().warn(fmt::format("conflicting server name \"{}\" on {}, ignored", name, address));
    }
  }
}

// nginx looks at them while it reads: the first mistake has the place of its listen.
void compare_listens(ConfReader& r, const HttpConf& http) {
  std::map<std::string, bool> known;  // has a default server
  for (const auto& server : http.servers) {
    std::set<std::string> own;
    for (const ListenConf& listen : server->listens) {
      if (!own.insert(listen.text).second)
        return r.report().fail_at(listen.place, fmt::format("a duplicate listen {}", listen.text));
      bool& has_default = known[listen.text];
      if (listen.default_server && has_default)
        return r.report().fail_at(listen.place, fmt::format("a duplicate default server for {}", listen.text));
      has_default = has_default || listen.default_server;
    }
  }
  for (const auto& [address, has_default] : known) compare_names(r, http, address);
}

// A group needs a server that is no backup (nginx: ngx_http_upstream_init_round_robin()).
void compare_groups(ConfReader& r, const std::vector<UpstreamConf>& groups) {
  for (const UpstreamConf& group : groups) {
    if (r.report().failed()) return;
    if (!group.servers.empty() && std::ranges::all_of(group.servers, &UpstreamServer::backup))
      r.report().fail_at(group.place, fmt::format("no servers in upstream \"{}\"", group.name));
  }
}

void find_groups(ConfReader& r, LocationConf& location, std::vector<UpstreamConf>& groups) {
  if (location.pass && location.pass->variable.empty()) find_group(r, *location.pass, groups);
  for (const auto& each : location.inside) find_groups(r, *each, groups);
}

}  // namespace

void find_group(ConfReader& r, ProxyPass& pass, std::vector<UpstreamConf>& groups) {
  if (r.report().failed()) return;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool same = groups[i].name == pass.upstream;
    if (groups[i].implicit ? !same || groups[i].port != pass.port : !same) continue;
    if (!groups[i].implicit && pass.has_port)
      return r.report().fail_at(pass.place,
                                fmt::format("upstream \"{}\" may not have port {}", pass.upstream, pass.port));
    pass.group = i;
    return;
  }
  UpstreamConf group;
  group.name = pass.upstream;
  group.place = pass.place;
  group.implicit = true;
  group.port = pass.port;
  if (pass.port == 0) {
    return r.report().fail_at(pass.place, fmt::format("no port in upstream \"{}\"", pass.upstream));
  }
  const auto address = control::host_address(pass.upstream);
  if (!address) {
    return r.report().fail_at(pass.place, fmt::format("host not found in upstream \"{}\"", pass.upstream));
  }
  UpstreamServer server;
  server.written = pass.upstream;
  server.address = {*address, pass.port};
  server.name = fmt::format("{}:{}", address->text(), pass.port);
  group.servers.push_back(std::move(server));
  pass.group = groups.size();
  groups.push_back(std::move(group));
}

void complete_http(ConfReader& r) {
  HttpConf& http = *r.conf().http;
  compare_groups(r, http.upstreams);
  for (const std::string& name : http.asked) {
    const bool known =
        http.set_names.contains(name) || std::ranges::find(http.maps, name, &MapConf::name) != http.maps.end();
    if (!known) return r.report().fail(fmt::format("unknown \"{}\" variable", name));
  }
  for (const auto& server : http.servers) find_groups(r, server->base, http.upstreams);
  for (const auto& server : http.servers) {
    server->inherit(http.top);
    complete_location(r, server->base);
    if (r.report().failed()) return;
  }
  compare_listens(r, http);
}

void complete_stream(ConfReader& r) {
  StreamConf& stream = *r.conf().stream;
  compare_groups(r, stream.upstreams);
  for (const std::string& name : stream.asked)
    if (std::ranges::find(stream.maps, name, &MapConf::name) == stream.maps.end())
      return r.report().fail(fmt::format("unknown \"{}\" variable", name));
  std::set<std::pair<bool, std::string>> known;
  for (const auto& server : stream.servers) {
    server->inherit(stream.top);
    for (const ListenConf& listen : server->listens) {
      if (listen.udp && server->proxy_protocol.value_or(false))
        r.report().refuse(listen.place, "proxy_protocol", "in front of datagrams it is not modelled");
      if (!known.emplace(listen.udp, listen.text).second)
        return r.report().fail_at(listen.place, fmt::format("duplicate \"{}\" address and port pair", listen.text));
    }
    if (server->pass && server->pass->variable.empty()) find_group(r, *server->pass, stream.upstreams);
    if (r.report().failed()) return;
  }
}

}  // namespace lvs::nginx
