// SPDX-License-Identifier: GPL-2.0-or-later
// One configuration at work: what the workers that were started with it share. A reload makes another.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/nginx/conf/values.h"
#include "daemons/nginx/upstream/peers.h"

namespace lvs::nginx {

// An address that is listened on, and who answers there.
struct ListenPoint {
  host::SocketAddress address;
  unsigned backlog = 511;
  bool udp = false, proxy_protocol = false;
  std::vector<const ServerConf*> servers;  // of http; the default one first
  const StreamServerConf* stream = nullptr;
};

class Generation {
 public:
  explicit Generation(Conf conf);

  const Conf& conf() const { return conf_; }
  const std::vector<ListenPoint>& points() const { return points_; }
  // Those of all of IPv6.
  const std::vector<ListenPoint>& six() const { return six_; }
  // Where connections to `local` belong; nullptr: nowhere.
  const ListenPoint* point(const host::SocketAddress& local, bool udp) const;
  Group& http_group(std::size_t i) { return *http_groups_[i]; }
  Group& stream_group(std::size_t i) { return *stream_groups_[i]; }

  // The files of all logs.
  std::vector<std::string> log_files() const;

 private:
  void add_points();

  Conf conf_;
  std::vector<ListenPoint> points_, six_;
  std::vector<std::unique_ptr<Group>> http_groups_, stream_groups_;
};

// The server of a point that a host's name means.
const ServerConf& server_of(const ListenPoint& point, std::string_view host);

}  // namespace lvs::nginx
