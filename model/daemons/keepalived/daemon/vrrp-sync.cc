// SPDX-License-Identifier: GPL-2.0-or-later
// lvs_sync_daemon: the synchronisation daemon of the kernel goes with an instance.
#include "daemons/keepalived/daemon/vrrp-child.h"

namespace lvs::keepalived {

// keepalived: ipvs_syncd_cmd(); what ran before, of a keepalived that was killed, is none of this one's.
void VrrpChild::begin_sync(const GlobalConf* before) {
  const auto& daemon = reading_->conf.global.sync_daemon;
  if (daemon && before == nullptr) stop_sync();
  if (!daemon && before != nullptr && before->sync_daemon) stop_sync();
  if (!daemon) return;
  for (const auto& v : vrrp_->instances()) {
    if (v->name() == daemon->instance) follow_sync(*v);
  }
}

void VrrpChild::follow_sync(const VrrpInstance& instance) {
  const auto& daemon = reading_->conf.global.sync_daemon;
  if (!daemon || stopping_ || instance.name() != daemon->instance) return;
  using ipvs::SyncRole;
  const bool master = instance.state == VrrpState::master;
  ipvs::IpVs& ipvs = machine().ipvs();
  ipvs.stop_daemon(master ? SyncRole::backup : SyncRole::master);
  const ipvs::SyncConfig config{.role = master ? SyncRole::master : SyncRole::backup,
                                .interface = daemon->interface,
                                .syncid = daemon->syncid.value_or(0),
                                .max_length = daemon->max_length,
                                .group = daemon->group,
                                .port = daemon->port,
                                .ttl = daemon->ttl};
  const ipvs::Error error = ipvs.start_daemon(config, machine().sockets());
  if (error == ipvs::Error::no_device) line("IPVS cmd IP_VS_SO_SET_STARTDAEMON(1163) error: No such device(19)");
}

void VrrpChild::stop_sync() {
  machine().ipvs().stop_daemon(ipvs::SyncRole::master);
  machine().ipvs().stop_daemon(ipvs::SyncRole::backup);
}

}  // namespace lvs::keepalived
