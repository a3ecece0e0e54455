// SPDX-License-Identifier: GPL-2.0-or-later
// SIGHUP: instances of a new configuration that go on with those of the old one.
#include <algorithm>

#include "daemons/keepalived/vrrp/log.h"

namespace lvs::keepalived {
namespace {

bool same_address(const ConfAddress& a, const ConfAddress& b) { return a.prefix == b.prefix && a.device == b.device; }

}  // namespace

void Vrrp::advertise() {
  for (const auto& v : instances_) {
    if (v->state == VrrpState::master) send_advert(*v, v->effective_priority);
  }
}

// The instance of a new configuration that goes on with an old one, whatever its name (keepalived: vrrp_exist()).
VrrpInstance* Vrrp::successor(const VrrpInstance& before) const {
  const auto same = [&](const std::unique_ptr<VrrpInstance>& v) {
    if (v->conf->vrid != before.conf->vrid || v->conf->interface != before.conf->interface ||
        v->unicast() != before.unicast())
      return false;
    return v->unicast() ? v->conf->source == before.conf->source
                        : v->conf->multicast_group == before.conf->multicast_group;
  };
  const auto found = std::ranges::find_if(instances_, same);
  return found == instances_.end() ? nullptr : found->get();
}

// keepalived: clear_diff_vrrp().
void Vrrp::remove_gone(Vrrp& old) {
  for (const auto& before : old.instances_) {
    if (successor(*before) != nullptr) continue;
    if (before->state == VrrpState::master) old.restore_interface(*before, true, false);
    if (before->state == VrrpState::fault && !before->conf->notify.has_deleted) continue;
    before->state = before->conf->notify.has_deleted ? VrrpState::deleted : VrrpState::fault;
    old.notify(*before);
  }
  for (const auto& before : old.instances_) {
    const VrrpInstance* const v = successor(*before);
    if (v == nullptr || !before->addresses_set) continue;
    const auto dropped = not_accepted(*before);
    for (const auto* list : {&before->conf->addresses, &before->conf->excluded}) {
      for (const ConfAddress& address : *list) {
        const auto same = [&](const ConfAddress& other) { return same_address(address, other); };
        if (std::ranges::any_of(v->conf->addresses, same) || std::ranges::any_of(v->conf->excluded, same)) continue;
        const std::string& device = address.device.empty() ? before->conf->interface : address.device;
        log("({}) ip address {}/{} dev {}, no longer exist", v->name(), address.prefix.addr.text(),
            address.prefix.length, device);
        world_.set_address(address, device, false);
        if (!dropped.empty()) world_.set_drop_rule({address.prefix.addr}, false);
      }
    }
    if (not_accepted(*v).empty() && !dropped.empty()) world_.set_drop_rule(dropped, false);
  }
}

void Vrrp::take_over(Vrrp& old) {
  for (const auto& before : old.instances_) {
    VrrpInstance* v = successor(*before);
    if (v == nullptr) continue;
    if (before->state != VrrpState::fault && v->state != VrrpState::fault && v->scripts_pending == 0) {
      v->state = v->want = before->state;
    }
    v->notified = before->notified;
    v->addresses_set = before->addresses_set;
    v->reload_master = v->state == VrrpState::master;
    v->counters = before->counters;
    if (!v->addresses_set) continue;
    set_drop_rule(*v, true);
    const auto new_one = [&](const ConfAddress& address) {
      const auto same = [&](const ConfAddress& other) { return same_address(address, other); };
      return std::ranges::none_of(before->conf->addresses, same) && std::ranges::none_of(before->conf->excluded, same);
    };
    if (!v->conf->addresses.empty()) set_addresses(*v, true, false);
    if (!v->conf->excluded.empty()) set_addresses(*v, true, true);
    if (!v->conf->routes.empty()) set_routes(*v, true);
    if (std::ranges::any_of(v->conf->addresses, new_one) || std::ranges::any_of(v->conf->excluded, new_one))
      send_link_update(*v, *v->conf->garp_repeat);
  }
  follow_groups(old);
}

// A group of masters goes on as one, whoever was in it before; who is in the state in which the group of that name was
// is not told again.
void Vrrp::follow_groups(const Vrrp& old) {
  const auto is_master = [](const VrrpInstance* v) { return v->state == VrrpState::master; };
  for (const auto& group : groups_) {
    if (group->state != VrrpState::fault && std::ranges::all_of(group->members, is_master))
      group->state = VrrpState::master;
    group->state_same_at_reload = std::ranges::any_of(old.groups_, [&](const auto& before) {
      return before->conf->name == group->conf->name && before->state == group->state;
    });
  }
}

}  // namespace lvs::keepalived
