// SPDX-License-Identifier: GPL-2.0-or-later
// Entering and leaving states, and what an instance does while it is master (keepalived: vrrp.c).
#include "daemons/keepalived/vrrp/log.h"

namespace lvs::keepalived {

// keepalived: vrrp_init_instance_sands().
void Vrrp::arm(VrrpInstance& v) {
  const base::Time now = clock();
  const base::Time before = v.due;
  if (v.state == VrrpState::master) {
    v.due = v.reload_master ? now : now + v.interval();
  } else if (v.state == VrrpState::backup) {
    v.due = std::max(now, delayed_until_) + v.down_time;
  } else {
    v.due = base::kNever;
  }
  if (v.due != before) v.armed = ++armed_;
}

void Vrrp::send_advert(VrrpInstance& v, unsigned priority) {
  Advert advert;
  advert.version = v.conf->version;
  advert.vrid = static_cast<std::uint8_t>(v.conf->vrid);
  advert.priority = static_cast<std::uint8_t>(priority);
  advert.auth_type = static_cast<std::uint8_t>(v.conf->auth);
  advert.interval = v.interval();
  for (const ConfAddress& address : v.conf->addresses) advert.addresses.push_back(address.prefix.addr);
  if (v.conf->auth == VrrpAuth::pass) advert.auth_data = v.conf->auth_pass;
  const base::Ipv4Addr from = v.source.value_or(base::Ipv4Addr::any());
  // One id for all peers.
  if (++v.ip_id == 0) ++v.ip_id;
  const auto send = [&](base::Ipv4Addr to) {
    work_ += kAdvertWork;
    return world_.send(v, emit_advert(advert, from, to, v.ip_id, static_cast<std::uint8_t>(v.conf->ttl)));
  };
  // Of a last word on an interface that is down nothing is said.
  const auto told = [&](const std::string& error) {
    return !error.empty() &&
           (priority != 0 || error != "Network is unreachable" || world_.interface_up(v.conf->interface));
  };
  if (!v.unicast()) {
    const std::string error = send(*v.conf->multicast_group);
    if (told(error))
      log("({}): send advert error {} ({})", v.name(), error == "Network is unreachable" ? 101 : 100, error);
  } else {
    for (const VrrpInstanceConf::Peer& peer : v.conf->peers) {
      const std::string error = send(peer.address);
      if (told(error)) log("({}) Cant send advert to {} ({})", v.name(), peer.address.text(), error);
    }
  }
  ++v.counters.advert_sent;
}

void Vrrp::set_addresses(VrrpInstance& v, bool add, bool excluded) {
  detail("({}) {} {}", v.name(), add ? "setting" : "removing", excluded ? "E-VIPs." : "VIPs.");
  for (const ConfAddress& address : excluded ? v.conf->excluded : v.conf->addresses)
    world_.set_address(address, address.device.empty() ? v.conf->interface : address.device, add);
}

// The addresses of an instance that does not accept what goes to them; none of one that does.
std::vector<base::Ipv4Addr> Vrrp::not_accepted(const VrrpInstance& v) {
  std::vector<base::Ipv4Addr> addresses;
  if (v.base_priority == kOwnerPriority || v.conf->accept.value_or(true)) return addresses;
  for (const auto* list : {&v.conf->addresses, &v.conf->excluded})
    for (const ConfAddress& address : *list) addresses.push_back(address.prefix.addr);
  return addresses;
}

// keepalived: vrrp_handle_accept_mode().
void Vrrp::set_drop_rule(VrrpInstance& v, bool add) {
  const auto addresses = not_accepted(v);
  if (addresses.empty()) return;
  detail("({}) {}ing firewall drop rule", v.name(), add ? "sett" : "remov");
  world_.set_drop_rule(addresses, add);
}

void Vrrp::set_routes(VrrpInstance& v, bool add) {
  detail("({}) {} Virtual Routes", v.name(), add ? "setting" : "removing");
  for (const ConfRoute& route : v.conf->routes) {
    if (v.routes_set.contains(&route) == add) continue;
    const bool done = world_.set_route(route, add);
    if (add && done) v.routes_set.insert(&route);
    if (!add) v.routes_set.erase(&route);
  }
}

void Vrrp::become_master(VrrpInstance& v) {
  ++v.counters.become_master;
  if (v.conf->version == 3 && v.master_interval != v.interval() && world_.detail()) {
    log("({}) changing advert interval from {}ms to locally configured {}ms", v.name(),
        v.master_interval / std::chrono::milliseconds(1), v.interval() / std::chrono::milliseconds(1));
    v.master_interval = v.interval();
  }
  set_drop_rule(v, true);
  if (!v.conf->addresses.empty()) set_addresses(v, true, false);
  if (!v.conf->excluded.empty()) set_addresses(v, true, true);
  v.addresses_set = true;
  if (!v.conf->routes.empty()) set_routes(v, true);
  send_link_update(v, *v.conf->garp_repeat);
  if (*v.conf->garp_refresh > base::Time{}) v.garp_refresh_at = world_.now() + *v.conf->garp_refresh;
  notify(v);
  v.last_transition = world_.now();
}

// The advert goes first: the old master removes its addresses before the gratuitous ARPs come.
void Vrrp::master_transmit(VrrpInstance& v) {
  send_advert(v, v.effective_priority);
  if (!v.addresses_set) {
    log("({}) Entering MASTER STATE", v.name());
    become_master(v);
    if (*v.conf->garp_delay > base::Time{}) later(v, *v.conf->garp_delay, *v.conf->garp_repeat);
  } else if (*v.conf->garp_refresh > base::Time{} && world_.now() >= v.garp_refresh_at) {
    send_link_update(v, *v.conf->garp_refresh_repeat);
    v.garp_refresh_at = world_.now() + *v.conf->garp_refresh;
  }
}

void Vrrp::go_master(VrrpInstance& v) {
  if (v.sync != nullptr && !group_can_go_master(v)) {
    v.want = VrrpState::master;
    return;
  }
  v.state = VrrpState::master;
  arm(v);
  master_transmit(v);
  world_.entered(v);
}

void Vrrp::restore_interface(VrrpInstance& v, bool advert, bool force) {
  if (advert) {
    send_advert(v, 0);
    ++v.counters.zero_sent;
    detail("({}) sent 0 priority", v.name());
  }
  if (!v.conf->routes.empty()) set_routes(v, false);
  if (!force && !v.addresses_set) return;
  if (!v.conf->addresses.empty()) set_addresses(v, false, false);
  if (!v.conf->excluded.empty()) set_addresses(v, false, true);
  set_drop_rule(v, false);
  v.addresses_set = false;
}

void Vrrp::leave_master(VrrpInstance& v, bool advert) {
  if (v.want == VrrpState::backup) {
    log("({}) Entering BACKUP STATE", v.name());
    v.preempt_at = {};
  } else if (v.want == VrrpState::fault) {
    log("({}) Entering FAULT STATE", v.name());
    send_advert(v, 0);
  } else {
    return;
  }
  restore_interface(v, advert, false);
  v.state = v.want;
  notify(v);
  v.down_time = v.master_down();
  arm(v);
  ++v.counters.release_master;
  v.last_transition = world_.now();
  world_.entered(v);
}

void Vrrp::leave_fault(VrrpInstance& v) {
  if (v.want == VrrpState::master) {
    go_master(v);
  } else {
    if (v.state != v.want) log("({}) Entering {} STATE", v.name(), v.want == VrrpState::backup ? "BACKUP" : "FAULT");
    if (v.want == VrrpState::fault && v.state == VrrpState::master) {
      send_advert(v, 0);
      restore_interface(v, false, false);
    }
    v.state = v.want;
    notify(v);
    if (v.state == VrrpState::backup) v.preempt_at = {};
  }
  v.master_interval = v.interval();
  v.down_time = v.master_down();
  arm(v);
  v.last_transition = world_.now();
  world_.entered(v);
}

void Vrrp::timeout(VrrpInstance& v) {
  const VrrpState before = v.state;
  if (v.state == VrrpState::backup) {
    detail("({}) Receive advertisement timeout", v.name());
    v.want = VrrpState::master;
    go_master(v);
  } else if (v.state == VrrpState::master) {
    master_transmit(v);
  }
  synchronise(v, before);
  arm(v);
}

// The transitions that a group follows (keepalived: VRRP_TSM).
void Vrrp::synchronise(VrrpInstance& v, VrrpState before) {
  if (v.sync == nullptr) return;
  if (v.state == VrrpState::master) {
    if (before == VrrpState::backup || before == VrrpState::master || before == VrrpState::fault) sync_master(v);
  } else if (v.state == VrrpState::backup && before == VrrpState::master) {
    sync_backup(v);
  }
}

}  // namespace lvs::keepalived
