// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/kernel/server-links.h"

#include <utility>

namespace lvs::ktcpvs {

host::TcpPtr ServerLinks::take(const host::SocketAddress& server) {
  const auto found = idle_.find(server);
  if (found == idle_.end() || found->second.empty()) return nullptr;
  host::TcpPtr socket = std::move(found->second.back().socket);
  found->second.pop_back();
  return socket;
}

void ServerLinks::put(const host::SocketAddress& server, host::TcpPtr socket) {
  socket->user = nullptr;
  idle_[server].push_back({std::move(socket), host_.now() + kKeepAlive});
}

void ServerLinks::collect() {
  for (auto& [server, links] : idle_)
    std::erase_if(links, [this](const Idle& idle) { return idle.until <= host_.now(); });
}

}  // namespace lvs::ktcpvs
