// SPDX-License-Identifier: GPL-2.0-or-later
// The neighbour table: making, finding and collecting entries, and its sysctls. What happens to an entry: neighbour.cc.
#include <algorithm>
#include <tuple>

#include "host/link/arp.h"
#include "host/link/neighbour.h"

namespace lvs::host {

using trace::Drop;
using State = NeighbourState;

namespace {

// RFC 1112 section 6.4.
base::MacAddr multicast_mac(base::Ipv4Addr group) {
  return {{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(group.value >> 16 & 0x7f),
           static_cast<std::uint8_t>(group.value >> 8), static_cast<std::uint8_t>(group.value)}};
}

}  // namespace

NeighbourTable::NeighbourTable(Env& env, Fib& fib, Arp& arp, Egress& egress)
    : env_(env),
      fib_(fib),
      arp_(arp),
      egress_(egress),
      last_forced_gc_(-std::chrono::hours(1)),
      gc_timer_(&NeighbourTable::on_gc) {
  gc_timer_.owner = this;
}

// Timers that are armed go with the host's wheel.
NeighbourTable::~NeighbourTable() = default;

Neighbour* NeighbourTable::find(const Device& dev, base::Ipv4Addr addr) {
  const auto at = table_.find(key_of(dev, addr));
  return at == table_.end() ? nullptr : at->second.get();
}

Neighbour& NeighbourTable::find_or_create(Device& dev, base::Ipv4Addr addr) {
  Neighbour* const known = find(dev, addr);
  return known != nullptr ? *known : create(dev, addr);
}

Neighbour* NeighbourTable::find_or_learn(Device& dev, base::Ipv4Addr addr) {
  if (Neighbour* const known = find(dev, addr); known != nullptr) return known;
  return make_room() ? &create(dev, addr) : nullptr;
}

// Kernel: ___neigh_create() and arp_constructor().
Neighbour& NeighbourTable::create(Device& dev, base::Ipv4Addr addr) {
  auto made = std::make_unique<Neighbour>(&NeighbourTable::on_timer);
  Neighbour& entry = *made;
  entry.timer.owner = &entry;
  entry.table = this;
  entry.dev = &dev;
  entry.addr = addr;
  entry.serial = next_serial_++;
  entry.updated = entry.used = env_.ticked();
  entry.confirmed = env_.ticked() - 2 * parameters(dev).base_reachable_time;
  const RouteType type = fib_.address_type(addr);
  if (type == RouteType::multicast) {
    entry.state = State::noarp;
    entry.mac = multicast_mac(addr);
  } else if (dev.noarp || dev.is_loopback()) {
    entry.state = State::noarp;
    entry.mac = dev.mac;
  } else if (type == RouteType::broadcast) {
    entry.state = State::noarp;
    entry.mac = base::MacAddr::broadcast();
  }
  table_.emplace(key_of(dev, addr), std::move(made));
  if (table_.size() >= limits.gc_thresh1 && !gc_timer_.armed()) {
    env_.arm(gc_timer_, env_.ticked() + default_parameters.base_reachable_time / 2);
  }
  return entry;
}

void NeighbourTable::erase(Neighbour& entry) {
  env_.cancel(entry.timer);
  discard_waiting(entry, Drop::neigh_dead);
  if (Neighbour*& slot = recent(*entry.dev, entry.addr); slot == &entry) slot = nullptr;
  table_.erase(key_of(*entry.dev, entry.addr));
}

void NeighbourTable::flush(const Device* dev, bool keep_permanent) {
  for (Neighbour* entry : entries()) {
    if (dev != nullptr && entry->dev != dev) continue;
    if (keep_permanent && entry->state == State::permanent) continue;
    erase(*entry);
  }
}

void NeighbourTable::device_down(Device& dev) {
  flush(&dev, false);
  std::erase_if(proxies_, [&](const ProxyNeighbour& proxy) { return proxy.dev == &dev; });
  arp_.forget_delayed();
}

std::vector<Neighbour*> NeighbourTable::entries() {
  std::vector<Neighbour*> out;
  out.reserve(table_.size());
  for (const auto& [key, entry] : table_) out.push_back(entry.get());
  std::ranges::sort(out, {}, [](const Neighbour* n) { return std::tuple(n->dev->index(), n->addr); });
  return out;
}

void NeighbourTable::confirm(const Device& dev, base::Ipv4Addr addr) {
  if (Neighbour* const entry = find(dev, addr); entry != nullptr) entry->confirmed = env_.ticked();
}

NeighbourParameters& NeighbourTable::parameters(const Device& dev) {
  return parameters_.try_emplace(dev.index(), default_parameters).first->second;
}

// --- garbage ---

// Room for one more entry (kernel: neigh_alloc(), neigh_forced_gc()). Permanent entries do not count (kernel:
// neigh_update_gc_list()).
bool NeighbourTable::make_room() {
  const auto is_permanent = [](const auto& each) { return each.second->state == State::permanent; };
  std::size_t size = table_.size();
  if (size >= std::min(limits.gc_thresh2, limits.gc_thresh3)) {
    size -= static_cast<std::size_t>(std::ranges::count_if(table_, is_permanent));
  }
  const base::Time now = env_.ticked();
  if (size < limits.gc_thresh3) {
    if (size < limits.gc_thresh2 || now <= last_forced_gc_ + std::chrono::seconds(5)) return true;
  }
  last_forced_gc_ = now;
  std::vector<Neighbour*> oldest_first;
  for (const auto& [key, entry] : table_) {
    if (entry->state == State::permanent || entry->timer.armed() || entry->in_use) continue;
    const bool unused = entry->state == State::failed || entry->state == State::noarp || entry->addr.is_multicast() ||
                        now > entry->updated + std::chrono::seconds(5);
    if (unused) oldest_first.push_back(entry.get());
  }
  std::ranges::sort(oldest_first, {}, &Neighbour::serial);
  const std::size_t wanted = size < limits.gc_thresh2 ? 1 : size + 1 - limits.gc_thresh2;
  if (oldest_first.size() > wanted) oldest_first.resize(wanted);
  for (Neighbour* entry : oldest_first) erase(*entry);
  if (!oldest_first.empty() || size < limits.gc_thresh3) return true;
  if (env_.tracing()) env_.journal("arp", "neighbour: arp_cache: neighbor table overflow!");
  return false;
}

void NeighbourTable::on_gc(base::Timer& timer) { static_cast<TableTimer&>(timer).owner->collect(); }

// Kernel: neigh_periodic_work().
void NeighbourTable::collect() {
  if (table_.size() < limits.gc_thresh1) return;
  const base::Time now = env_.ticked();
  for (Neighbour* entry : entries()) {
    if (entry->state == State::permanent || entry->timer.armed() || entry->in_use) continue;
    entry->used = std::max(entry->used, entry->confirmed);
    if (entry->state == State::failed || now >= entry->used + parameters(*entry->dev).gc_stale_time) erase(*entry);
  }
  env_.arm(gc_timer_, now + default_parameters.base_reachable_time / 2);
}

// --- proxies ---

void NeighbourTable::add_proxy(Device& dev, base::Ipv4Addr addr) {
  if (!is_proxied(dev, addr)) proxies_.push_back({&dev, addr});
}

bool NeighbourTable::remove_proxy(const Device& dev, base::Ipv4Addr addr) {
  return std::erase_if(proxies_, [&](const ProxyNeighbour& p) { return p.dev == &dev && p.addr == addr; }) != 0;
}

bool NeighbourTable::is_proxied(const Device& dev, base::Ipv4Addr addr) const {
  return std::ranges::any_of(proxies_, [&](const ProxyNeighbour& p) { return p.dev == &dev && p.addr == addr; });
}

}  // namespace lvs::host
