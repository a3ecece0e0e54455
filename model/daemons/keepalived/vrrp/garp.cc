// SPDX-License-Identifier: GPL-2.0-or-later
// Gratuitous ARP and notify scripts (keepalived: vrrp_arp.c, vrrp_notify.c).
#include <algorithm>
#include <utility>

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
        send_or_queue(v, address, device);
      }
    };
    send(v.conf->addresses);
    send(v.conf->excluded);
  }
}

// vrrp_garp_interval: the interface waits between two of them, and an address that waits already waits once
// (keepalived: send_gratuitous_arp(), queue_garp()).
void Vrrp::send_or_queue(VrrpInstance& v, const ConfAddress& address, const std::string& device) {
  const base::Time interval = conf_.global.garp_interval;
  const auto next = next_arp_.find(device);
  if (interval == base::Time{} || next == next_arp_.end() || clock() >= next->second) return send_arp(address, device);
  const auto same = [&](const QueuedArp& each) { return each.address == &address; };
  if (std::ranges::none_of(queued_, same)) queued_.push_back({&v, &address, device});
  const base::Time at = clock() + interval;
  if (queue_at_ == base::kNever || at < queue_at_) queue_at_ = at;
}

void Vrrp::send_arp(const ConfAddress& address, const std::string& device) {
  detail("Sending gratuitous ARP on {} for {}", device, address.prefix.addr.text());
  world_.gratuitous_arp(device, address.prefix.addr);
  work_ += kArpWork;
  if (conf_.global.garp_interval > base::Time{}) next_arp_[device] = clock() + conf_.global.garp_interval;
}

// keepalived: vrrp_arp_thread(). The list is walked instance by instance, address by address.
void Vrrp::send_queued() {
  queue_at_ = base::kNever;
  std::vector<QueuedArp> waiting = std::exchange(queued_, {});
  const auto place = [&](const QueuedArp& each) {
    const auto of = [&](const std::unique_ptr<VrrpInstance>& v) { return v.get() == each.instance; };
    return std::ranges::find_if(instances_, of) - instances_.begin();
  };
  std::ranges::stable_sort(waiting, {}, [&](const QueuedArp& each) {
    return std::pair(place(each), each.address);  // addresses of a list lie one behind the other
  });
  for (const QueuedArp& each : waiting) {
    if (each.instance->state != VrrpState::master || !each.instance->addresses_set) continue;
    if (clock() >= next_arp_[each.device]) {
      send_arp(*each.address, each.device);
    } else {
      queued_.push_back(each);
      queue_at_ = std::min(queue_at_, next_arp_[each.device]);
    }
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
