// SPDX-License-Identifier: GPL-2.0-or-later
// Signals of the VRRP child, and the dumps that they and -d ask for.
#include <fmt/format.h>

#include <utility>

#include "control/machine/signals.h"
#include "daemons/keepalived/daemon/vrrp-child.h"

namespace lvs::keepalived {

void VrrpChild::dump_data() const {
  if (!vrrp_ || !tracker_) return;
  VrrpDump dump;
  dump.vrrp = vrrp_.get();
  for (const auto& pool : pools_) {
    PoolDump& told = dump.pools.emplace_back();
    const int in = descriptor_of(*pool);
    told = {pool->interface, pool->source, {}, in, in < 0 ? in : in + 1};
    for (const auto& v : vrrp_->instances()) {
      if (pool_of(*v) == pool.get()) told.instances.push_back(v.get());
    }
  }
  tracker_->tell(dump);
  write_dump(kDataFile, dump_vrrp(machine(), dump));
}

// -d, before there are sockets.
void VrrpChild::log_conf(const Vrrp::TrackedNow& now) const {
  VrrpDump dump;
  dump.vrrp = vrrp_.get();
  dump.configured = true;
  dump.static_routes_set = routes_set_;
  Tracker::tell(machine(), now, dump);
  log_dump(dump_vrrp(machine(), dump), reading_->conf.global);
}

bool VrrpChild::take_signal(int signal) {
  if (signal == control::kSigTerm || signal == control::kSigInt) {
    stop();
    return true;
  }
  if (signal == control::kSigHup) {
    if (stopping_ || !vrrp_) return true;
    parent_hears();
    vrrp_->advertise();
    line("Reloading");
    read(true);
    return true;
  }
  if (signal == control::kSigUsr1) {
    line(fmt::format("Printing VRRP data for process({}) on signal", pid()));
    dump_data();
    if (reading_) look_for_user(reading_->conf.global);
  }
  if (signal == control::kSigUsr2) {
    line(fmt::format("Printing VRRP stats for process({}) on signal", pid()));
    if (vrrp_) write_dump(kStatsFile, dump_stats(*vrrp_));
  }
  if (signal == kSigJson) {
    line(fmt::format("Printing VRRP as json for process({}) on signal", pid()));
    if (vrrp_) write_dump(kJsonFile, dump_json(machine(), *vrrp_));
  }
  if (signal == kSigStatsClear) {
    line(fmt::format("Printing and clearing VRRP stats for process({}) on signal", pid()));
    if (!vrrp_) return true;
    write_dump(kStatsFile, dump_stats(*vrrp_));
    vrrp_->clear_counters();
  }
  return signal == control::kSigUsr1 || signal == control::kSigUsr2 || signal == control::kSigPipe ||
         signal == kSigJson || signal == kSigStatsClear;
}

}  // namespace lvs::keepalived
