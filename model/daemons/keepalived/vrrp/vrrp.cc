// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/vrrp/vrrp.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "daemons/keepalived/vrrp/log.h"

namespace lvs::keepalived {
namespace {

Tracking tracking_of(const ConfTrack& track) { return {track.name, track.weight, track.reverse ? -1 : 1}; }

// What the weights of `track` add to the priority while the tracked thing is up or down.
int weight_now(const Tracking& track, bool up) {
  return (track.weight > 0) == up ? track.weight * track.multiplier : 0;
}

}  // namespace

std::string_view name_of(VrrpState state) {
  switch (state) {
    case VrrpState::init: return "INIT";
    case VrrpState::backup: return "BACKUP";
    case VrrpState::master: return "MASTER";
    case VrrpState::fault: return "FAULT";
    case VrrpState::stop: return "STOP";
    case VrrpState::deleted: return "DELETED";
  }
  return {};
}

Vrrp::Vrrp(const Conf& conf, VrrpWorld& world) : conf_(conf), world_(world) {
  for (const VrrpInstanceConf& each : conf.vrrp.instances) {
    auto v = std::make_unique<VrrpInstance>();
    v->conf = &each;
    v->want = each.want;
    v->base_priority = v->effective_priority = each.priority;
    v->total_priority = static_cast<int>(each.priority);
    v->master_interval = each.advert_interval;
    v->config_faults = each.unicast_fault_no_peer && each.peers.empty() ? 1 : 0;
    v->source = each.source;
    v->last_transition = world.now();
    for (const ConfTrack& track : each.track_scripts) v->scripts.push_back(tracking_of(track));
    for (const ConfTrack& track : each.track_files) v->files.push_back(tracking_of(track));
    for (const ConfTrack& track : each.track_processes) v->processes.push_back(tracking_of(track));
    instances_.push_back(std::move(v));
  }
  for (const SyncGroupConf& each : conf.vrrp.groups) {
    auto group = std::make_unique<SyncGroup>();
    group->conf = &each;
    for (const std::string& name : each.members) {
      VrrpInstance* member = find(name);
      member->sync = group.get();
      group->members.push_back(member);
      // Unless all members are master and own their addresses, the group begins as backup.
      if (group->state != VrrpState::backup) {
        const bool owner = member->want == VrrpState::master && member->base_priority == kOwnerPriority;
        group->state = owner ? VrrpState::master : VrrpState::backup;
      }
    }
    groups_.push_back(std::move(group));
  }
}

VrrpInstance* Vrrp::find(std::string_view name) const {
  for (const auto& v : instances_) {
    if (v->name() == name) return v.get();
  }
  return nullptr;
}

// The interfaces whose state is the instance's: its own, those of its addresses, and what track_interface names.
void Vrrp::track_interfaces(VrrpInstance& v) {
  const auto add = [&](const std::string& name, int weight, int multiplier) {
    const auto there = std::ranges::find(v.interfaces, name, &Tracking::name);
    if (there == v.interfaces.end()) {
      v.interfaces.push_back({name, weight, multiplier});
    } else if (there->weight != 0) {
      there->weight = weight;
      there->multiplier = multiplier;
    }
  };
  for (const ConfTrack& track : v.conf->track_interfaces) add(track.name, track.weight, track.reverse ? -1 : 1);
  if (!v.conf->dont_track_primary) add(v.conf->interface, 0, 1);
  const auto of_addresses = [&](const std::vector<ConfAddress>& addresses) {
    for (const ConfAddress& address : addresses) {
      const std::string& device = address.device.empty() ? v.conf->interface : address.device;
      const bool own = device == v.conf->interface;
      if (!address.dont_track && (!v.conf->dont_track_primary || !own)) add(device, 0, 1);
    }
  };
  of_addresses(v.conf->addresses);
  of_addresses(v.conf->excluded);
  for (const ConfRoute& route : v.conf->routes) {
    if (!route.dont_track && !route.device.empty()) add(route.device, 0, 1);
  }
}

// The address that adverts come from: none of those that move.
void Vrrp::find_sources() {
  std::vector<base::Ipv4Addr> ours;
  for (const auto& v : instances_) {
    for (const ConfAddress& address : v->conf->addresses) ours.push_back(address.prefix.addr);
    for (const ConfAddress& address : v->conf->excluded) ours.push_back(address.prefix.addr);
  }
  for (const auto& v : instances_) {
    if (!v->conf->source) v->source = world_.interface_address(v->conf->interface, ours);
  }
}

void Vrrp::initial_files(const TrackedNow& now) {
  const auto fault = [&](VrrpInstance& v) {
    v.state = VrrpState::fault;
    ++v.faults;
  };
  for (const TrackFileConf& file : conf_.vrrp.files) {
    const auto number = now.files.find(file.name);
    for (const auto& v : instances_) {
      const auto track = std::ranges::find(v->files, file.name, &Tracking::name);
      if (track == v->files.end()) continue;
      const int status = file_status(*track, number == now.files.end() ? 0 : number->second);
      if (status > -254) {
        v->total_priority += status;
        continue;
      }
      log("({}): entering FAULT state (tracked file {} has status {})", v->name(), file.name, status);
      fault(*v);
    }
  }
  for (const TrackProcessConf& process : conf_.vrrp.processes) {
    const auto quorum = now.processes.find(process.name);
    for (const auto& v : instances_) {
      const auto track = std::ranges::find(v->processes, process.name, &Tracking::name);
      if (track == v->processes.end()) continue;
      const bool there = quorum != now.processes.end() && quorum->second;
      if (track->weight != 0) {
        v->total_priority += weight_now(*track, there);
      } else if (there != (track->multiplier == 1)) {
        log("({}) entering FAULT state (tracked process {} quorum not achieved)", v->name(), process.name);
        fault(*v);
      }
    }
  }
}

// keepalived: initialise_track_script_state().
void Vrrp::initial_script(VrrpInstance& v, const Tracking& track, const TrackedNow& now) {
  const auto script = std::ranges::find(conf_.vrrp.scripts, track.name, &VrrpScriptConf::name);
  const auto found = now.scripts.find(track.name);
  const ScriptStart start = found == now.scripts.end() ? first_of(*script, reloading_) : found->second;
  const bool good = start.result >= script->rise;
  if (track.weight != 0) {
    if (start.first == First::no && good == (track.weight > 0)) v.total_priority += track.weight;
  } else if (start.first == First::at_start) {
    ++v.scripts_pending;
  } else if (start.first == First::no && !good) {
    ++v.faults;
    log("({}): entering FAULT state due to script {}", v.name(), track.name);
    v.state = VrrpState::fault;
  }
}

Vrrp::ScriptStart Vrrp::first_of(const VrrpScriptConf& script, bool reloading) {
  return {.first = reloading ? First::after_reload : First::at_start,
          .result = script.rise - 1};  // one success is enough
}

void Vrrp::initial_faults(const TrackedNow& now) {
  for (const auto& v : instances_) {
    v->faults = v->config_faults;
    for (const Tracking& track : v->interfaces) {
      const bool up = world_.interface_up(track.name);
      if (track.weight != 0) {
        v->total_priority += weight_now(track, up);
      } else if (up != (track.multiplier == 1)) {
        log("({}): entering FAULT state (interface {} down)", v->name(), track.name);
        v->state = VrrpState::fault;
        ++v->faults;
      }
    }
  }
  initial_files(now);
  for (const auto& v : instances_) {
    if (!v->source) {
      log("({}) entering FAULT state (no IPv4 address for interface)", v->name());
      v->state = VrrpState::fault;
      ++v->faults;
    }
    for (const Tracking& track : v->scripts) initial_script(*v, track, now);
    set_effective_priority(*v);
    if (v->sync == nullptr) continue;
    if (v->state == VrrpState::fault) {
      if (v->sync->state != VrrpState::fault) {
        v->sync->state = VrrpState::fault;
        log("VRRP_Group({}): Syncing {} to FAULT state", v->sync->conf->name, v->name());
      }
      ++v->sync->faults;
    }
    if (v->scripts_pending != 0) {
      ++v->sync->inits;
      if (v->sync->state != VrrpState::fault) v->sync->state = VrrpState::init;
    }
  }
}

void Vrrp::initial_groups(const Vrrp* old) {
  for (const auto& group : groups_) {
    const bool master = std::ranges::any_of(group->members, [](auto* v) { return v->want == VrrpState::master; });
    const bool backup = std::ranges::any_of(
        group->members, [](auto* v) { return v->want == VrrpState::backup || v->base_priority != kOwnerPriority; });
    if (!master || !backup) continue;
    for (VrrpInstance* v : group->members) v->want = VrrpState::backup;
  }
  // Who was in that state before a reload is not told again.
  const auto was_so = [&](const VrrpInstance& v) {
    return old != nullptr && std::ranges::any_of(old->instances_, [&](const auto& before) {
             return before->state == VrrpState::fault && successor(*before) == &v;
           });
  };
  for (const auto& v : instances_) {
    if (v->state != VrrpState::fault && (v->sync == nullptr || v->sync->state != VrrpState::fault)) continue;
    v->state = VrrpState::fault;
    if (was_so(*v)) continue;
    log("({}) entering FAULT state", v->name());
    notify(*v);
  }
}

void Vrrp::begin(bool reloading, const TrackedNow& now, const Vrrp* old) {
  work_ = {};
  reloading_ = reloading;
  if (conf_.global.vrrp_startup_delay > Time{} && !reloading_)
    delayed_until_ = world_.now() + conf_.global.vrrp_startup_delay;
  for (const auto& v : instances_) track_interfaces(*v);
  find_sources();
  initial_faults(now);
  initial_groups(old);
}

void Vrrp::adopt(Vrrp* old) {
  if (old != nullptr) {
    take_over(*old);
    return;
  }
  for (const auto& v : instances_) {
    v->addresses_set = true;
    restore_interface(*v, false, true);
  }
}

void Vrrp::initial_state(VrrpInstance& v) {
  const VrrpState before = v.state;
  if (v.state == VrrpState::fault) v.want = VrrpState::fault;
  const VrrpState next = v.sync != nullptr ? v.sync->state : v.want;
  const bool ready = v.faults == 0 && v.scripts_pending == 0 && (v.sync == nullptr || v.sync->inits == 0);
  const bool owner = v.base_priority == kOwnerPriority || v.reload_master;
  if (ready && next == VrrpState::master && owner && v.want == VrrpState::master) {
    if (!v.reload_master) {
      // The simplest way to be master at once is to time out at once.
      v.state = VrrpState::backup;
      v.down_time = std::chrono::microseconds(1);
    }
    return;
  }
  // Somebody else may be master: one interval shows it.
  v.down_time =
      next == VrrpState::backup && v.want == VrrpState::master ? v.master_interval + v.least_skew() : v.master_down();
  restore_interface(v, false, false);
  if (ready && next != VrrpState::fault) {
    if (v.state != VrrpState::backup) {
      log("({}) Entering BACKUP STATE (init)", v.name());
      v.state = VrrpState::backup;
    }
  } else {
    if (before != v.state) log("({}) Entering FAULT STATE (init)", v.name());
    v.state = VrrpState::fault;
  }
  if (before == v.state) return;
  v.last_transition = world_.now();
  v.notified = false;  // before a reload, of another state
  if (v.state != VrrpState::fault || v.faults != 0) notify(v);
}

void Vrrp::start() {
  for (const auto& group : groups_) {
    if ((group->state == VrrpState::fault || group->state == VrrpState::backup) && !group->state_same_at_reload)
      notify(*group);
  }
  for (const auto& v : instances_) initial_state(*v);
  for (const auto& v : instances_) {
    arm(*v);
    v->reload_master = false;
    world_.entered(*v);
  }
  started_ = true;
  reloading_ = false;
  wake();
}

base::Time Vrrp::next_due() const {
  base::Time next = base::kNever;
  for (const auto& v : instances_) next = std::min(next, v->due);
  for (const Later& each : later_) next = std::min(next, each.at);
  return std::min(next, queue_at_);
}

void Vrrp::wake() {
  if (started_) world_.wake_at(next_due());
}

// In the order of keepalived's scheduler: timers before sockets whose time has come; of two that are due at one moment
// the one that has been armed first.
void Vrrp::advance() {
  const base::Time now = world_.now();
  work_ = {};
  for (std::size_t i = 0; i < later_.size();) {
    if (later_[i].at > now) {
      ++i;
      continue;
    }
    const Later each = later_[i];
    later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(i));
    send_link_update(*each.instance, each.repeats);
  }
  if (queue_at_ <= now) send_queued();
  std::vector<VrrpInstance*> due;
  for (const auto& v : instances_) {
    if (v->due <= now) due.push_back(v.get());
  }
  std::ranges::sort(due, {}, [](const VrrpInstance* v) { return std::pair(v->due, v->armed); });
  for (VrrpInstance* v : due) {
    if (v->due <= now) timeout(*v);
  }
  wake();
}

void Vrrp::release() {
  for (const auto& v : instances_) {
    if (v->state == VrrpState::master) restore_interface(*v, true, false);
  }
  started_ = false;
}

}  // namespace lvs::keepalived
