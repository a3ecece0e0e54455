// SPDX-License-Identifier: GPL-2.0-or-later
// Gratuitous ARP and notify scripts (keepalived: vrrp_arp.c, vrrp_notify.c).
#include "daemons/keepalived/vrrp/log.h"

namespace lvs::keepalived {

void Vrrp::send_link_update(VrrpInstance& v, unsigned repeats) {
  if (!v.addresses_set) return;
  for (unsigned round = 0; round < repeats; ++round) {
    const auto send = [&](const std::vector<ConfAddress>& addresses) {
      for (const ConfAddress& address : addresses) {
        const std::string& device = address.device.empty() ? v.conf->interface : address.device;
        const std::string text = address.prefix.addr.text();
        if (round == 0) detail("({}) Sending/queueing gratuitous ARPs on {} for {}", v.name(), device, text);
        if (device == "lo") continue;  // no ARP there
        detail("Sending gratuitous ARP on {} for {}", device, text);
        world_.gratuitous_arp(device, address.prefix.addr);
        work_ += kArpWork;
      }
    };
    send(v.conf->addresses);
    send(v.conf->excluded);
  }
}

void Vrrp::later(VrrpInstance& v, base::Time after, unsigned repeats) {
  later_.push_back({clock() + kTimerWork + after, &v, repeats});
}

void Vrrp::notify(VrrpInstance& v) {
  // The group has told of it.
  if (v.notified && v.sync != nullptr && v.state == v.sync->state) return;
  v.notified = true;
  const ConfNotify& n = v.conf->notify;
  const bool last = v.state == VrrpState::stop;
  const ConfScript* own = v.state == VrrpState::backup    ? &n.backup
                          : v.state == VrrpState::master  ? &n.master
                          : v.state == VrrpState::fault   ? &n.fault
                          : v.state == VrrpState::stop    ? &n.stop
                          : v.state == VrrpState::deleted ? &n.deleted
                                                          : nullptr;
  if (own != nullptr && !own->empty()) world_.notify(*own, {}, last);
  if (!n.any.empty())
    world_.notify(n.any, {"INSTANCE", v.name(), std::string(name_of(v.state)), std::to_string(v.effective_priority)},
                  last);
  const bool owns = v.state == VrrpState::master;
  mail(v, fmt::format("VRRP Instance {}", v.name()), v.conf->smtp_alert,
       v.state == VrrpState::stop      ? "VRRP Instance stopping"
       : v.state == VrrpState::deleted ? "VRRP Deleted at reload"
       : owns                          ? "VRRP Instance is now owning VRRP VIPs"
                                       : "VRRP Instance is no longer owning VRRP VIPs");
}

template <class T>
void Vrrp::mail(T& whose, const std::string& name, std::optional<bool> own, const std::string& body) {
  const MailConf& mails = conf().global.mail;
  if (!mails.wanted(own, mails.alert_vrrp, false) || whose.mailed == whose.state ||
      (mails.no_faults && whose.state == VrrpState::fault) || whose.state == VrrpState::init)
    return;
  world_.mail(fmt::format("{} - {}", name,
                          whose.state == VrrpState::stop      ? "Stopping"
                          : whose.state == VrrpState::deleted ? "Deleted"
                                                              : fmt::format("Entering {} state", name_of(whose.state))),
              fmt::format("=> {} <=", body));
  whose.mailed = whose.state;
}

void Vrrp::notify(SyncGroup& group) {
  const ConfNotify& n = group.conf->notify;
  const ConfScript* own = group.state == VrrpState::backup   ? &n.backup
                          : group.state == VrrpState::master ? &n.master
                          : group.state == VrrpState::fault  ? &n.fault
                          : group.state == VrrpState::stop   ? &n.stop
                                                             : nullptr;
  const bool last = group.state == VrrpState::stop;
  if (own != nullptr && !own->empty()) world_.notify(*own, {}, last);
  if (!n.any.empty()) world_.notify(n.any, {"GROUP", group.conf->name, std::string(name_of(group.state)), "0"}, last);
  mail(group, fmt::format("VRRP Group {}", group.conf->name), group.conf->smtp_alert,
       last ? "All VRRP group instances are now stopping"
            : fmt::format("All VRRP group instances are now in {} state", name_of(group.state)));
}

void Vrrp::notify_stopped() {
  for (const auto& v : instances_) {
    v->state = VrrpState::stop;
    world_.entered(*v);
    notify(*v);
  }
  for (const auto& group : groups_) {
    group->state = VrrpState::stop;
    notify(*group);
  }
}

}  // namespace lvs::keepalived
