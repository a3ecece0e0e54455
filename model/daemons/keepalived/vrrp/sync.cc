// SPDX-License-Identifier: GPL-2.0-or-later
// Sync groups, faults, and priorities that follow what is tracked (keepalived: vrrp_sync.c, vrrp_track.c).
#include <algorithm>
#include <cstdlib>

#include "daemons/keepalived/vrrp/log.h"

namespace lvs::keepalived {

// Only when everybody wants to be master, so that nobody goes to and fro.
bool Vrrp::group_can_go_master(VrrpInstance& v) {
  if (v.sync->state == VrrpState::master) return true;
  for (const VrrpInstance* other : v.sync->members) {
    if (other == &v || other->want == VrrpState::master) continue;
    v.down_time = v.master_down();
    arm(v);
    return false;
  }
  return true;
}

void Vrrp::sync_backup(VrrpInstance& v) {
  SyncGroup& group = *v.sync;
  if (group.state == VrrpState::backup) return;
  log("VRRP_Group({}) Syncing instances to BACKUP state", group.conf->name);
  for (VrrpInstance* other : group.members) {
    if (other == &v || other->state == VrrpState::backup) continue;
    other->want = VrrpState::backup;
    if (other->state == VrrpState::fault || other->state == VrrpState::init) {
      leave_fault(*other);
    } else {
      leave_master(*other, false);
    }
  }
  group.state = VrrpState::backup;
  notify(group);
}

void Vrrp::sync_master(VrrpInstance& v) {
  SyncGroup& group = *v.sync;
  if (group.state == VrrpState::master || !group_can_go_master(v)) return;
  log("VRRP_Group({}) Syncing instances to MASTER state", group.conf->name);
  for (VrrpInstance* other : group.members) {
    if (other == &v || other->state == VrrpState::master) continue;
    other->want = VrrpState::master;
    go_master(*other);
  }
  group.state = VrrpState::master;
  notify(group);
}

void Vrrp::sync_fault(VrrpInstance& v) {
  SyncGroup& group = *v.sync;
  if (group.state == VrrpState::fault) return;
  log("VRRP_Group({}) Syncing instances to FAULT state", group.conf->name);
  for (VrrpInstance* other : group.members) {
    if (other == &v || other->state == VrrpState::fault) continue;
    other->want = VrrpState::fault;
    if (other->state == VrrpState::master) {
      leave_master(*other, false);
    } else if (other->state == VrrpState::backup || other->state == VrrpState::init) {
      other->state = VrrpState::fault;
      leave_fault(*other);
    }
  }
  group.state = VrrpState::fault;
  notify(group);
}

void Vrrp::down_instance(VrrpInstance& v) {
  if (v.faults++ != 0 && v.state != VrrpState::init) return;
  v.want = VrrpState::fault;
  if (v.state == VrrpState::master) {
    leave_master(v, true);
  } else {
    leave_fault(v);
  }
  if (v.sync != nullptr && v.sync->faults++ == 0) sync_fault(v);
}

void Vrrp::try_up_instance(VrrpInstance& v, bool leaving_init) {
  if (leaving_init) {
    if (v.faults != 0) return;
  } else if (--v.faults != 0 || v.scripts_pending != 0) {
    if (v.faults == 0) {
      if (v.sync != nullptr) {
        --v.sync->faults;
        v.sync->state = VrrpState::init;
      }
      v.want = VrrpState::backup;
    }
    return;
  }
  const bool owner = v.want == VrrpState::master && v.base_priority == kOwnerPriority;
  if (!owner) v.want = VrrpState::backup;
  v.master_interval = v.interval();
  v.down_time = owner ? v.master_interval + v.skew() : v.master_down();
  if (v.sync != nullptr) {
    if (leaving_init) {
      if (v.sync->faults != 0) return;
    } else if (--v.sync->faults != 0 || v.sync->inits != 0) {
      return;
    }
  }
  come_up(v);
}

void Vrrp::come_up(VrrpInstance& v) {
  const VrrpState want = v.want;
  if (v.sync != nullptr && v.want == VrrpState::master && !group_can_go_master(v)) v.want = VrrpState::backup;
  leave_fault(v);
  // The master may have lost us from its ARP cache, and could not send us adverts.
  if (v.unicast() && v.source) {
    detail("{}: sending gratuitous ARP for {}", v.name(), v.source->text());
    detail("Sending gratuitous ARP on {} for {}", v.conf->interface, v.source->text());
    world_.gratuitous_arp(v.conf->interface, *v.source);
  }
  arm(v);
  v.want = want;
  if (v.sync == nullptr) return;
  if (v.state == VrrpState::master) {
    sync_master(v);
  } else {
    sync_backup(v);
  }
}

// An address that comes later changes nothing: the socket is opened once.
void Vrrp::source_missing(VrrpInstance& v) {
  if (v.state != VrrpState::fault) log("({}): entering FAULT state (src address not configured)", v.name());
  down_instance(v);
  if (v.faults == 1) notify(v);  // once more
}

void Vrrp::set_effective_priority(VrrpInstance& v) {
  if (v.base_priority == kOwnerPriority) return;
  const auto priority = static_cast<unsigned>(std::clamp(v.total_priority, 1, static_cast<int>(kOwnerPriority) - 1));
  if (v.effective_priority == priority) return;
  log("({}) Changing effective priority from {} to {}", v.name(), v.effective_priority, priority);
  v.effective_priority = priority;
  const base::Time before = v.down_time;
  v.down_time = v.master_down();
  if (v.state == VrrpState::backup) v.due += v.down_time - before;
}

void Vrrp::weigh(VrrpInstance& v, const Tracking& track, bool up) {
  const int weight = std::abs(track.weight) * track.multiplier;
  v.total_priority += up ? weight : -weight;
  set_effective_priority(v);
}

// Those of an interface that goes down are gone, of which the kernel says nothing.
void Vrrp::forget_routes(const std::string& interface) {
  for (const auto& v : instances_)
    std::erase_if(v->routes_set, [&](const ConfRoute* route) { return route->device == interface; });
}

void Vrrp::interface_changed(const std::string& interface, bool up) {
  work_ = {};
  if (!up) forget_routes(interface);
  const auto tracks = [&](const auto& v) {
    return std::ranges::find(v->interfaces, interface, &Tracking::name) != v->interfaces.end() ||
           v->conf->interface == interface;
  };
  if (std::ranges::none_of(instances_, tracks)) return;
  log("Netlink reports {} {}", interface, up ? "up" : "down");
  for (const auto& v : instances_) {
    for (const Tracking& track : v->interfaces) {
      if (track.name != interface) continue;
      if (track.weight != 0) {
        weigh(*v, track, up);
      } else if (up == (track.multiplier == 1)) {
        try_up_instance(*v, false);
      } else {
        down_instance(*v);
      }
    }
  }
  wake();
}

void Vrrp::address_added(const std::string& interface, base::Ipv4Addr address) {
  work_ = {};
  bool told = false;
  for (const auto& v : instances_) {
    if (v->conf->interface != interface || v->source || v->conf->source) continue;
    if (!told) detail("Assigned address {} for interface {}", address.text(), interface);
    told = true;
    v->source = address;
    if (v->faults != 0) try_up_instance(*v, false);
  }
  wake();
}

void Vrrp::address_removed(const std::string& interface, base::Ipv4Addr address) {
  work_ = {};
  bool told = false;
  for (const auto& v : instances_) {
    const bool tracked = !v->conf->source || (v->conf->track_source && *v->conf->source == address);
    if (v->conf->interface != interface || v->source != address || !tracked) continue;
    if (!told) detail("Deassigned address {} from interface {}", address.text(), interface);
    told = true;
    down_instance(*v);
    v->source.reset();
  }
  if (told) return wake();
  // One of those that move has been taken away by somebody else.
  for (const auto& v : instances_) {
    const auto is = [&](const ConfAddress& a) {
      return a.prefix.addr == address && (a.device.empty() ? v->conf->interface : a.device) == interface;
    };
    if (!v->addresses_set ||
        (std::ranges::none_of(v->conf->addresses, is) && std::ranges::none_of(v->conf->excluded, is)))
      continue;
    detail("Netlink reflector reports IP {} removed from {}", address.text(), interface);
    if (v->state != VrrpState::master) break;
    v->want = VrrpState::backup;
    leave_master(*v, true);
    if (v->sync != nullptr) {
      for (VrrpInstance* other : v->sync->members) {
        if (other->state != VrrpState::master) continue;
        other->want = VrrpState::backup;
        leave_master(*other, true);
        other->down_time = other->skew();
        arm(*other);
      }
      v->sync->state = VrrpState::backup;
    }
    // It is to be master again soon.
    v->down_time = v->skew();
    arm(*v);
    break;
  }
  wake();
}

void Vrrp::script_says(VrrpInstance& v, const Tracking& track, bool ok, First first) {
  if (track.weight != 0) {
    if (first == First::no) return weigh(v, track, ok);
    // Its first word counts only where it changes the priority.
    if (ok == (track.weight > 0)) v.total_priority += track.weight * track.multiplier;
    return set_effective_priority(v);
  }
  bool left_init = false;
  if (first == First::at_start && --v.scripts_pending == 0) {
    left_init = true;
    if (v.sync != nullptr) --v.sync->inits;
  }
  if (ok != (track.multiplier == 1)) {
    down_instance(v);
  } else if (v.scripts_pending == 0 && first != First::after_reload && (v.sync == nullptr || v.sync->inits == 0)) {
    try_up_instance(v, left_init);
  }
}

void Vrrp::script_changed(const std::string& name, bool ok, First first) {
  work_ = {};
  for (const auto& v : instances_) {
    for (const Tracking& track : v->scripts) {
      if (track.name == name) script_says(*v, track, ok, first);
    }
  }
  wake();
}

void Vrrp::process_changed(const std::string& name, bool quorum) {
  work_ = {};
  log("Quorum {} for tracked process {}", quorum ? "gained" : "lost", name);
  for (const auto& v : instances_) {
    for (const Tracking& track : v->processes) {
      if (track.name != name) continue;
      if (track.weight == 0) {
        if (quorum == (track.multiplier == 1)) {
          try_up_instance(*v, false);
        } else {
          down_instance(*v);
        }
      } else if (v->base_priority != kOwnerPriority) {
        const int weight = track.weight * track.multiplier;
        v->total_priority += (track.weight > 0) == quorum ? weight : -weight;
        set_effective_priority(*v);
      }
    }
  }
  wake();
}

void Vrrp::file_changed(const std::string& name, int before, int now) {
  work_ = {};
  for (const auto& v : instances_) {
    for (const Tracking& track : v->files) {
      if (track.name != name) continue;
      const int was = file_status(track, before), is = file_status(track, now);
      if (was == is) continue;
      if (is <= -254) {
        detail("({}): tracked file {} now FAULT state", v->name(), name);
        if (track.weight != 0) v->total_priority -= was;
        down_instance(*v);
      } else if (was <= -254) {
        if (track.weight != 0) {
          v->total_priority += is;
          v->effective_priority = static_cast<unsigned>(std::clamp<int>(v->total_priority, 1, kOwnerPriority - 1));
        }
        detail("({}): tracked file {} leaving FAULT state", v->name(), name);
        if (is != 0) detail("({}) Setting effective priority to {}", v->name(), v->effective_priority);
        try_up_instance(*v, false);
      } else {
        v->total_priority += is - was;
        set_effective_priority(*v);
      }
    }
  }
  wake();
}

}  // namespace lvs::keepalived
