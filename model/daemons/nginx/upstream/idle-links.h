// SPDX-License-Identifier: GPL-2.0-or-later
// Connections to the servers of a group that wait for the next request (nginx: ngx_http_upstream_keepalive_module).
#pragma once

#include <cstdint>
#include <list>
#include <optional>

#include "control/machine/alarm.h"
#include "daemons/nginx/conf/values.h"
#include "host/socket/sockets.h"

namespace lvs::nginx {

// A connection to a server.
struct Link {
  host::TcpPtr socket;
  host::SocketAddress to;
  std::uint64_t number = 0, requests = 0;
  base::Time since{};
  bool kept = false;  // has served before
};

class IdleLinks final : public host::SocketUser {
 public:
  IdleLinks(host::Host& host, const UpstreamConf& conf);
  ~IdleLinks() override;

  // The one kept last.
  std::optional<Link> take(const host::SocketAddress& to);
  // False: it is not to be kept (any longer).
  bool keep(Link& link);
  void clear() { links_.clear(); }

 private:
  struct Kept {
    Link link;
    base::Time until;
  };
  void socket_ready() override;
  void on_alarm();

  host::Host& host_;
  const UpstreamConf& conf_;
  std::list<Kept> links_;  // the one kept last in front
  control::Alarm alarm_;
};

}  // namespace lvs::nginx
