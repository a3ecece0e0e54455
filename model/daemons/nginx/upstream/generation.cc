// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/upstream/generation.h"

#include <algorithm>
#include <set>
#include <utility>

namespace lvs::nginx {
namespace {

constexpr char kAccessLog[] = "/var/log/nginx/access.log";

void collect(const std::optional<std::vector<AccessLogConf>>& logs, std::set<std::string>& to) {
  if (!logs) {
    to.insert(kAccessLog);
    return;
  }
  for (const AccessLogConf& each : *logs) to.insert(each.path);
}

void collect(const std::vector<ErrorLogConf>& logs, std::set<std::string>& to) {
  for (const ErrorLogConf& each : logs) to.insert(each.path);
}

void collect(const LocationConf& location, std::set<std::string>& to) {
  collect(location.settings.access_logs, to);
  collect(location.settings.error_logs, to);
  for (const auto& each : location.inside) collect(*each, to);
}

}  // namespace

Generation::Generation(Conf conf) : conf_(std::move(conf)) {
  if (conf_.http)
    for (const UpstreamConf& each : conf_.http->upstreams) http_groups_.push_back(std::make_unique<Group>(each));
  if (conf_.stream)
    for (const UpstreamConf& each : conf_.stream->upstreams) stream_groups_.push_back(std::make_unique<Group>(each));
  add_points();
}

void Generation::add_points() {
  const auto point_of = [&](const ListenConf& listen) -> ListenPoint& {
    auto& points = listen.six ? six_ : points_;
    for (ListenPoint& each : points)
      if (each.address == listen.address && each.udp == listen.udp) return each;
    points.push_back({listen.address, listen.backlog, listen.udp, false, {}, nullptr});
    return points.back();
  };
  if (conf_.http) {
    for (const auto& server : conf_.http->servers) {
      for (const ListenConf& listen : server->listens) {
        ListenPoint& point = point_of(listen);
        point.proxy_protocol = point.proxy_protocol || listen.proxy_protocol;
        point.servers.insert(listen.default_server ? point.servers.begin() : point.servers.end(), server.get());
      }
    }
  }
  if (conf_.stream) {
    for (const auto& server : conf_.stream->servers)
      for (const ListenConf& listen : server->listens) point_of(listen).stream = server.get();
  }
}

const ListenPoint* Generation::point(const host::SocketAddress& local, bool udp) const {
  const ListenPoint* any = nullptr;
  for (const ListenPoint& each : points_) {
    if (each.address.port != local.port || each.udp != udp) continue;
    if (each.address.addr == local.addr) return &each;
    if (each.address.addr.is_any()) any = &each;
  }
  return any;
}

std::vector<std::string> Generation::log_files() const {
  std::set<std::string> files;
  collect(conf_.error_logs, files);
  if (conf_.http) {
    for (const auto& server : conf_.http->servers) collect(server->base, files);
    if (conf_.http->servers.empty()) collect(conf_.http->top.base, files);
  }
  if (conf_.stream) {
    for (const auto& server : conf_.stream->servers) {
      collect(server->error_logs, files);
      if (server->access_logs) collect(server->access_logs, files);
    }
  }
  files.erase("");
  return {files.begin(), files.end()};
}

// An exact name; the longest that begins with "*"; the longest that ends with it; the first regular expression.
const ServerConf& server_of(const ListenPoint& point, std::string_view host) {
  const ServerConf* wild = nullptr;
  std::size_t longest = 0;
  bool leading = false;
  for (const ServerConf* server : point.servers) {
    for (const ServerName& name : server->names) {
      const std::string_view text = name.text;
      if (name.regex) continue;
      if (text == host || (text.starts_with('.') && text.substr(1) == host)) return *server;
      const bool begins = text.starts_with("*.") || text.starts_with('.');
      const bool ends = text.ends_with(".*");
      const bool matches = begins ? host.ends_with(text.substr(text.find('.')))
                                  : ends && host.starts_with(text.substr(0, text.size() - 1));
      if (!matches || (!begins && leading) || (begins == leading && text.size() <= longest)) continue;
      wild = server;
      longest = text.size();
      leading = begins;
    }
  }
  if (wild != nullptr) return *wild;
  for (const ServerConf* server : point.servers)
    for (const ServerName& name : server->names)
      if (name.regex && name.regex->found_in(host)) return *server;
  return *point.servers.front();
}

}  // namespace lvs::nginx
