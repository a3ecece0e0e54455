// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/trash.h"

#include <algorithm>

#include "ipvs/steps.h"

namespace lvs::ipvs {
namespace {

constexpr base::Time kTrashPeriod = std::chrono::seconds(120);
constexpr base::Time kNodestDelay = std::chrono::milliseconds(10);  // one tick, queued work

}  // namespace

Destination* take_from_trash(Core& core, const VirtualService& service, base::Ipv4Addr addr, std::uint16_t port) {
  const auto it = std::ranges::find_if(core.trash, [&](const Destination* dest) {
    return dest->addr == addr && dest->port == port && dest->key.fwmark == service.key.fwmark &&
           dest->key.protocol == service.key.protocol &&
           (service.key.fwmark != 0 || (dest->key.addr == service.key.addr && dest->key.port == service.key.port));
  });
  if (it == core.trash.end()) return nullptr;
  Destination* dest = *it;
  core.trash.erase(it);
  return dest;
}

void move_to_trash(Core& core, Destination& dest) {
  core.real_servers.remove(dest);
  dest.available = false;
  dest.idle_since = base::kNever;
  if (core.trash.empty()) core.host.arm(core.trash_timer, core.host.now() + kTrashPeriod / 2);
  core.trash.insert(core.trash.begin(), &dest);
  if (core.settings.expire_nodest_conn != 0) core.host.arm(core.nodest_timer, core.host.now() + kNodestDelay);
}

void on_trash_timer(base::Timer& timer) {
  Core& core = *static_cast<CoreTimer&>(timer).core;
  const base::Time now = core.host.now();
  std::erase_if(core.trash, [&](Destination* dest) {
    if (dest->references != 0) return false;
    if (dest->idle_since == base::kNever) {
      dest->idle_since = now;
      return false;
    }
    if (now < dest->idle_since + kTrashPeriod) return false;
    delete dest;
    return true;
  });
  if (!core.trash.empty()) core.host.arm(core.trash_timer, now + kTrashPeriod / 2);
}

void on_nodest_timer(base::Timer& timer) {
  Core& core = *static_cast<CoreTimer&>(timer).core;
  std::vector<Conn*> gone;
  for (std::size_t i = 0; i < core.conns.slots(); ++i) {
    Conn* conn = core.conns.in_slot(i);
    if (conn != nullptr && conn->dest != nullptr && !conn->dest->available && conn->controlled == 0) {
      gone.push_back(conn);
    }
  }
  for (Conn* conn : gone) {
    Conn* controller = conn->control;
    delete_conn(core, *conn);
    // delete_conn() has taken the controller along unless it is an assured template.
    if (controller != nullptr && controller->has(conn_flag::hashed) && controller->owner == &core &&
        controller->controlled == 0) {
      delete_conn(core, *controller);
    }
  }
}

}  // namespace lvs::ipvs
