// SPDX-License-Identifier: GPL-2.0-or-later
// A VRRP instance at work, and a sync group (keepalived: vrrp_t, vrrp_sgroup_t).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "daemons/keepalived/conf/values.h"
#include "daemons/keepalived/vrrp/packet.h"

namespace lvs::keepalived {

struct VrrpInstance;

struct SyncGroup {
  const SyncGroupConf* conf = nullptr;
  VrrpState state = VrrpState::init;
  VrrpState mailed = VrrpState::init;  // the state that a mail has told of
  std::vector<VrrpInstance*> members;
  int faults = 0;  // members in FAULT
  int inits = 0;   // members that wait for the first run of a script
  bool state_same_at_reload = false;
};

// An interface, script, file or process that an instance hangs on.
struct Tracking {
  std::string name;
  int weight = 0;
  int multiplier = 1;  // -1: reversed
};

// What a file's number comes to: -254 is a fault, else it is added to the priority (keepalived: track_file.c).
inline int file_status(const Tracking& track, int value) {
  if (track.weight == 0) return (value != 0) == (track.multiplier == 1) ? -254 : 0;
  const std::int64_t status = std::int64_t{value} * track.weight * track.multiplier;
  return static_cast<int>(std::clamp<std::int64_t>(status, -254, 253));
}

struct VrrpInstance {
  const VrrpInstanceConf* conf = nullptr;
  SyncGroup* sync = nullptr;

  VrrpState state = VrrpState::init;
  VrrpState mailed = VrrpState::init;  // the state that a mail has told of
  VrrpState want = VrrpState::backup;  // the state it would have if it were in no group
  unsigned base_priority = 100;
  int total_priority = 100;
  unsigned effective_priority = 100;
  std::uint16_t ip_id = 0;

  base::Time master_interval{};   // the master's, as version 3 learns it
  base::Time down_time{};         // Master_Down_Interval, or what is left of it
  base::Time due = base::kNever;  // keepalived: sands
  std::uint64_t armed = 0;        // grows with each time that `due` was set
  base::Time preempt_at{};        // 0: no delay runs
  base::Time garp_refresh_at{};

  std::optional<base::Ipv4Addr> source;  // of adverts; none: the interface has no address
  base::Ipv4Addr master_address;         // of the last accepted advert
  bool has_master = false;
  unsigned master_priority = 0;

  int faults = 0;  // reasons to be in FAULT
  int config_faults = 0;
  int scripts_pending = 0;
  bool addresses_set = false;
  std::set<const ConfRoute*> routes_set;
  bool reload_master = false;
  bool notified = false;
  base::Time last_transition{};

  std::vector<Tracking> interfaces, scripts, files, processes;

  struct Counters {
    std::uint64_t advert_received = 0, advert_sent = 0, become_master = 0, release_master = 0;
    std::uint64_t length_errors = 0, ttl_errors = 0, type_errors = 0, address_list_errors = 0;
    std::uint64_t auth_invalid = 0, auth_mismatch = 0, auth_failure = 0, zero_received = 0, zero_sent = 0;
  } counters;

  const std::string& name() const { return conf->name; }
  bool unicast() const { return !conf->peers.empty(); }
  base::Time interval() const { return conf->advert_interval; }

  // In whole microseconds, as keepalived reckons.
  base::Time skew() const {
    const auto of = conf->version == 3 ? master_interval : base::Time(std::chrono::seconds(1));
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(of).count();
    return std::chrono::microseconds((256 - static_cast<std::int64_t>(effective_priority)) * us / 256);
  }
  base::Time least_skew() const { return (conf->version == 3 ? master_interval : std::chrono::seconds(1)) / 256; }
  base::Time master_down() const { return *conf->down_timer_adverts * master_interval + skew(); }
};

std::string_view name_of(VrrpState state);  // "MASTER"

}  // namespace lvs::keepalived
