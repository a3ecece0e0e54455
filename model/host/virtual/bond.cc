// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/virtual/bond.h"

#include <algorithm>
#include <utility>

#include "host/ip/counted-size.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

constexpr std::uint64_t kNeverSeen = ~std::uint64_t{0};

base::Time milliseconds(std::uint32_t count) { return std::chrono::milliseconds(count); }

}  // namespace

BondLink::MonitorTimer::MonitorTimer(BondLink& owner)
    : base::Timer([](base::Timer& timer) { static_cast<MonitorTimer&>(timer).bond.watch(); }), bond(owner) {}

BondLink::BondLink(Stack& host, Settings settings, Actions actions)
    : host_(host), settings_(std::move(settings)), actions_(std::move(actions)) {}

BondLink::~BondLink() { host_.cancel(timer_); }

// Kernel: bond_set_carrier().
bool BondLink::carrier() const { return std::ranges::any_of(slaves_, &Slave::link); }

const BondLink::Slave* BondLink::active() const {
  const auto at = std::ranges::find(slaves_, active_, &Slave::dev);
  return active_ == nullptr || at == slaves_.end() ? nullptr : &*at;
}

BondLink::Slave* BondLink::find(const Device& dev) {
  const auto at = std::ranges::find(slaves_, &dev, &Slave::dev);
  return at == slaves_.end() ? nullptr : &*at;
}

// Kernel: bond_enslave(). The first gives the bond its address, unless that was set.
bool BondLink::enslave(Device& dev) {
  if (!dev.is_ethernet() || &dev == device || dev.receiver != nullptr || dev.up) return false;
  const base::MacAddr permanent = dev.mac;
  if (slaves_.empty() && !device->mac_set) actions_.set_mac(*device, dev.mac);
  if (!settings_.fail_over_mac || slaves_.empty()) actions_.set_mac(dev, device->mac);
  dev.receiver = this;
  actions_.set_up(dev, true);
  // Taken to be up: its carrier comes with it, and whoever looks finds out.
  slaves_.push_back({.dev = &dev, .permanent = permanent});
  select();
  return true;
}

void BondLink::release(Device& dev) {
  Slave* const slave = find(dev);
  if (slave == nullptr) return;
  const base::MacAddr permanent = slave->permanent;
  std::erase_if(slaves_, [&](const Slave& each) { return each.dev == &dev; });
  dev.receiver = nullptr;
  if (active_ == &dev) {
    active_ = nullptr;
    select();
  }
  actions_.set_up(dev, false);
  actions_.set_mac(dev, permanent);
  if (slaves_.empty() && !device->mac_set && device->port != nullptr) actions_.set_mac(*device, actions_.random_mac());
}

void BondLink::removed() {
  host_.cancel(timer_);
  while (!slaves_.empty()) {
    Device* const dev = slaves_.back().dev;
    release(*dev);
    dev->master = nullptr;
  }
}

// Kernel: bond_find_best_slave(), with primary_reselect always.
BondLink::Slave* BondLink::best() {
  const auto named = std::ranges::find_if(
      slaves_, [&](const Slave& each) { return each.link && each.dev->name() == settings_.primary; });
  if (named != slaves_.end()) return &*named;
  if (Slave* const now = active_ == nullptr ? nullptr : find(*active_); now != nullptr && now->link) return now;
  const auto first = std::ranges::find_if(slaves_, &Slave::link);
  return first == slaves_.end() ? nullptr : &*first;
}

// Kernel: bond_select_active_slave().
void BondLink::select() {
  if (settings_.mode == Mode::active_backup) make_active(best());
  actions_.settle();
}

// Kernel: bond_change_active_slave().
void BondLink::make_active(Slave* slave) {
  Device* const dev = slave == nullptr ? nullptr : slave->dev;
  if (active_ == dev) return;
  active_ = dev;
  if (dev == nullptr) return;
  if (settings_.fail_over_mac) actions_.set_mac(*device, dev->mac);
  if (!device->up) return;
  changes_before_ = kNeverSeen;  // the kernel looks at its state anew
  to_announce_ = settings_.gratuitous;
  announce();
}

void BondLink::announce() {
  if (to_announce_ == 0 || active_ == nullptr || !device->carrier) return;
  --to_announce_;
  actions_.announce(*device);
}

bool BondLink::set_active(const Device* dev) {
  Slave* const slave = dev == nullptr ? best() : find(*dev);
  if (dev != nullptr && slave == nullptr) return false;
  if (slave != nullptr && slave->link) make_active(slave);
  return true;
}

void BondLink::set_primary(std::string name) {
  settings_.primary = std::move(name);
  select();
}

void BondLink::set_miimon(std::uint32_t period) {
  settings_.miimon = period;
  host_.cancel(timer_);
  if (device->up && period != 0) arm_watch(milliseconds(period));
}

void BondLink::set_delays(std::uint32_t up, std::uint32_t down) {
  settings_.updelay = up;
  settings_.downdelay = down;
}

// Kernel: bond_open(), bond_close().
void BondLink::set_up(bool up) {
  if (!up) return host_.cancel(timer_);
  if (!std::exchange(has_been_up_, true)) {
    changes_before_ = device->counters.carrier_changes;
    first_up_ = host_.now();
  }
  if (settings_.miimon != 0) arm_watch(milliseconds(settings_.miimon));
}

// Kernel: linkwatch looks at what is new once a second.
bool BondLink::state_known() const {
  return has_been_up_ &&
         (device->counters.carrier_changes != changes_before_ || host_.now() - first_up_ >= std::chrono::seconds(1));
}

void BondLink::arm_watch(base::Time delay) { host_.arm(timer_, host_.now() + delay); }

// Kernel: bond_miimon_inspect() and bond_miimon_commit() of one slave; true when its link is another.
bool BondLink::count_change(Slave& slave) {
  const bool link = has_link(slave);
  if (link == slave.link) {
    slave.change_at = base::kNever;
    return false;
  }
  const std::uint32_t delay = link ? settings_.updelay : settings_.downdelay;
  // With nobody to take over the first to come back does so at once.
  const bool ignored = link && active_ == nullptr && settings_.mode == Mode::active_backup;
  if (slave.change_at == base::kNever)
    slave.change_at =
        host_.now() + (ignored ? base::Time{0} : milliseconds(delay / settings_.miimon * settings_.miimon));
  if (slave.change_at > host_.now()) return false;
  slave.change_at = base::kNever;
  slave.link = link;
  if (!link) ++slave.failures;
  return true;
}

// Kernel: bond_mii_monitor().
void BondLink::watch() {
  if (settings_.miimon == 0) return;
  bool changed = false;
  for (Slave& slave : slaves_) changed = count_change(slave) || changed;
  if (changed) {
    select();
  } else {
    announce();
  }
  arm_watch(milliseconds(settings_.miimon));
}

bool BondLink::inactive(const Device& dev) const { return settings_.mode == Mode::active_backup && &dev != active_; }

// Kernel: bond_handle_frame(). What a backup hears is for nobody, but those who ask for that interface alone.
void BondLink::receive(Device& in, PacketPtr frame) {
  if (inactive(in)) {
    // Its counters are the sums of its slaves' (kernel: bond_get_stats()).
    ++device->counters.rx_packets;
    device->counters.rx_bytes += counted_size(in, *frame);
    return host_.drop(std::move(frame), Drop::unhandled_proto, Stage::wire_in);
  }
  const bool ours = std::equal(in.mac.bytes.begin(), in.mac.bytes.end(), frame->data());
  host_.receive_above(*device, std::move(frame), ours);
}

// Kernel: bond_xmit_activebackup(), bond_xmit_roundrobin() (IGMP goes by the first).
void BondLink::transmit(PacketPtr frame) {
  Device* out = active_;
  if (settings_.mode == Mode::balance_rr && !slaves_.empty()) {
    const auto first = static_cast<std::uint32_t>(++turn_ % slaves_.size());
    for (std::uint32_t i = 0; i < slaves_.size() && out == nullptr; ++i) {
      const Slave& slave = slaves_[(first + i) % slaves_.size()];
      if (slave.link && has_link(slave)) out = slave.dev;
    }
  }
  if (out == nullptr || !out->up) {
    ++device->counters.tx_dropped;
    return host_.drop(std::move(frame), Drop::dev_down, Stage::wire_out);
  }
  host_.transmit_below(*out, std::move(frame));
}

}  // namespace lvs::host
