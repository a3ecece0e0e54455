// SPDX-License-Identifier: GPL-2.0-or-later
// The state machine of a neighbour entry: what packets, timers and ARP do to it. The table itself: neighbour-table.cc.
#include "host/link/neighbour.h"

#include <algorithm>

#include "host/link/arp.h"
#include "host/link/egress.h"
#include "trace/why.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;
using trace::WhyId;
using State = NeighbourState;

namespace {

// Without ticks: the kernel's timer of five seconds comes late, by one to eight ticks of 10 ms, so that who was
// confirmed at the very beginning of a delay only is probed.
constexpr base::Time kTimerLag = std::chrono::milliseconds(40);
constexpr base::Time kLeastWait = std::chrono::milliseconds(10);  // kernel: HZ/100

bool in_timer(State state) {  // kernel: NUD_IN_TIMER
  return state == State::incomplete || state == State::reachable || state == State::delay || state == State::probe;
}

// What a waiting packet counts against unres_qlen_bytes (kernel: skb->truesize): its buffer with the room that the
// stack reserves and skb_shared_info, in the size that the slab allocator hands out, and struct sk_buff.
std::uint32_t true_size(const Packet& packet) {
  constexpr std::uint32_t kSkBuff = 256, kSharedInfo = 320, kReserved = 31;
  const std::uint32_t wanted = (packet.size() + kReserved + 63) / 64 * 64 + kSharedInfo;
  std::uint32_t slab = 512;
  while (slab < wanted) slab *= 2;
  return slab + kSkBuff;
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::none: return "NONE";
    case State::incomplete: return "INCOMPLETE";
    case State::reachable: return "REACHABLE";
    case State::stale: return "STALE";
    case State::delay: return "DELAY";
    case State::probe: return "PROBE";
    case State::failed: return "FAILED";
    case State::noarp: return "NOARP";
    case State::permanent: return "PERMANENT";
  }
  return "UNKNOWN";
}

// --- packets ---

void NeighbourTable::output(PacketPtr packet, base::Ipv4Addr next_hop) {
  Device& dev = *packet->out;
  Neighbour*& slot = recent(dev, next_hop);
  Neighbour* entry = slot;
  if (entry == nullptr || entry->addr != next_hop || entry->dev != &dev) {
    entry = find_or_learn(dev, next_hop);
    if (entry == nullptr) return env_.drop(std::move(packet), Drop::neigh_createfail, Stage::neighbour);
    slot = entry;
  }
  if (entry->connected()) return transmit_to(*entry, std::move(packet));
  resolve(*entry, std::move(packet));
}

void NeighbourTable::transmit_to(const Neighbour& entry, PacketPtr packet) {
  wire::Ethernet{packet->push(wire::Ethernet::kSize)}.set(entry.mac, entry.dev->mac, wire::EtherType::ipv4);
  packet->has_link_header = true;
  if (env_.tracing()) {
    env_.trace(Stage::neighbour, *packet, Verdict::accept, Drop::none,
               {trace::WhyId::neigh_known, {entry.addr.value, trace::why_mac(entry.mac)}});
  }
  egress_.transmit(*entry.dev, std::move(packet));
}

// Kernel: __neigh_event_send() as far as the state goes. True: ask at once, when the packet has been queued.
bool NeighbourTable::begin_resolution(Neighbour& entry) {
  entry.used = env_.ticked();
  const NeighbourParameters& p = parameters(*entry.dev);
  switch (entry.state) {
    case State::stale:
      entry.state = State::delay;
      entry.updated = env_.ticked();
      env_.arm(entry.timer, env_.ticked() + p.delay_first_probe_time);
      return false;
    case State::none:
    case State::failed:
      entry.updated = env_.ticked();
      if (p.mcast_solicit + p.app_solicit == 0) {
        entry.state = State::failed;
        return false;
      }
      entry.probes = p.ucast_solicit;
      entry.state = State::incomplete;
      env_.arm(entry.timer, env_.ticked() + retrans_time(entry));
      return true;
    default: return false;
  }
}

void NeighbourTable::resolve(Neighbour& entry, PacketPtr packet) {
  const bool ask = begin_resolution(entry);
  if (entry.valid()) return transmit_to(entry, std::move(packet));
  if (entry.state == State::failed) return env_.drop(std::move(packet), Drop::neigh_failed, Stage::neighbour);
  enqueue(entry, std::move(packet));
  if (ask) solicit(entry);
}

void NeighbourTable::wake(Neighbour& entry) {
  if (!entry.connected() && begin_resolution(entry)) solicit(entry);
}

void NeighbourTable::enqueue(Neighbour& entry, PacketPtr packet) {
  const std::uint32_t size = true_size(*packet);
  while (entry.queued_bytes + size > parameters(*entry.dev).unres_qlen_bytes) {
    PacketPtr oldest = entry.waiting.pop();
    if (oldest == nullptr) break;
    entry.queued_bytes -= true_size(*oldest);
    env_.drop(std::move(oldest), Drop::neigh_queuefull, Stage::neighbour);
  }
  if (env_.tracing()) {
    env_.trace(Stage::neighbour, *packet, Verdict::queue, Drop::none, {trace::WhyId::neigh_asked, {entry.addr.value}});
  }
  entry.waiting.push(std::move(packet));
  entry.queued_bytes += size;
}

// Kernel: neigh_probe() and the counting of arp_solicit(): first the known MAC is asked, then a daemon (there is none),
// then everybody.
void NeighbourTable::solicit(Neighbour& entry) {
  const NeighbourParameters& p = parameters(*entry.dev);
  const unsigned probe = entry.probes++;
  if (probe < p.ucast_solicit) return arp_.solicit(entry, entry.waiting.back(), true);
  if (probe < p.ucast_solicit + p.app_solicit) return;
  arp_.solicit(entry, entry.waiting.back(), false);
}

void NeighbourTable::flush_waiting(Neighbour& entry) {
  while (entry.valid()) {
    PacketPtr packet = entry.waiting.pop();
    if (packet == nullptr) break;
    if (entry.connected()) {
      transmit_to(entry, std::move(packet));
    } else {
      resolve(entry,
              std::move(packet));  // what was learned from a request is STALE: to be verified, now that it is used
    }
  }
  discard_waiting(entry, Drop::neigh_dead);
}

void NeighbourTable::discard_waiting(Neighbour& entry, Drop reason) {
  while (PacketPtr packet = entry.waiting.pop()) env_.drop(std::move(packet), reason, Stage::neighbour);
  entry.queued_bytes = 0;
}

// Kernel: neigh_invalidate() and arp_error_report(). An error's own way may lead to this very entry and set it
// resolving again: then the rest goes without a word, as in the kernel.
void NeighbourTable::fail(Neighbour& entry) {
  entry.updated = env_.ticked();
  journal(entry, 0, {WhyId::neigh_failed});
  const bool was_in_use = std::exchange(entry.in_use, true);
  while (entry.state == State::failed) {
    PacketPtr packet = entry.waiting.pop();
    if (packet == nullptr) break;
    if (link_failure_.tell != nullptr) link_failure_.tell(link_failure_.self, *packet);
    env_.drop(std::move(packet), Drop::neigh_failed, Stage::neighbour,
              {trace::WhyId::neigh_silent, {entry.addr.value}});
  }
  discard_waiting(entry, Drop::neigh_failed);
  entry.in_use = was_in_use;
}

// --- timers ---

void NeighbourTable::on_timer(base::Timer& timer) {
  Neighbour& entry = *static_cast<Neighbour::OwnedTimer&>(timer).owner;
  entry.table->expire(entry);
}

unsigned NeighbourTable::max_probes(const Neighbour& entry) {
  const NeighbourParameters& p = parameters(*entry.dev);
  return p.ucast_solicit + p.app_solicit + (entry.state == State::probe ? p.mcast_resolicit : p.mcast_solicit);
}

base::Time NeighbourTable::retrans_time(const Neighbour& entry) {
  return std::max(parameters(*entry.dev).retrans_time, kLeastWait);
}

// Uniform in [0.5, 1.5) of the base time, drawn anew every 300 s (kernel: neigh_rand_reach_time(),
// neigh_periodic_work()).
base::Time NeighbourTable::reachable_time(const Device& dev) {
  const base::Time base = parameters(dev).base_reachable_time;
  DrawnTime& drawn = reachable_[dev.index()];
  if (drawn.value == base::Time{0} || drawn.base != base || env_.ticked() > drawn.at + std::chrono::seconds(300)) {
    drawn = {base / 2 + base::Time{static_cast<std::int64_t>(env_.rng.real() * static_cast<double>(base.count()))},
             base, env_.ticked()};
  }
  return drawn.value;
}

bool NeighbourTable::set_reachable_time(const Device& dev, base::Time drawn) {
  const base::Time base = parameters(dev).base_reachable_time;
  if (drawn < base / 2 || drawn >= base + base / 2) return false;
  reachable_[dev.index()] = {drawn, base, base::kNever / 2};  // no other is drawn
  return true;
}

// Kernel: neigh_timer_handler().
void NeighbourTable::expire(Neighbour& entry) {
  const NeighbourParameters& p = parameters(*entry.dev);
  const base::Time now = env_.ticked();
  base::Time next = now + retrans_time(entry);
  switch (entry.state) {
    case State::reachable:
      if (now <= entry.confirmed + reachable_time(*entry.dev)) {
        next = entry.confirmed + reachable_time(*entry.dev);
      } else if (now <= entry.used + p.delay_first_probe_time) {
        entry.state = State::delay;
        entry.updated = now;
        next = now + p.delay_first_probe_time;
      } else {
        entry.state = State::stale;
        entry.updated = now;
      }
      break;
    case State::delay:
      if (now + (env_.ticks() ? base::Time{0} : kTimerLag) <= entry.confirmed + p.delay_first_probe_time) {
        entry.state = State::reachable;
        entry.updated = now;
        next = entry.confirmed + reachable_time(*entry.dev);
      } else {
        entry.state = State::probe;
        entry.updated = now;
        entry.probes = 0;
      }
      break;
    case State::incomplete:
    case State::probe: break;
    default: return;
  }
  const bool asking = entry.state == State::incomplete || entry.state == State::probe;
  if (asking && entry.probes >= max_probes(entry)) {
    entry.state = State::failed;
    return fail(entry);
  }
  if (in_timer(entry.state)) env_.arm(entry.timer, std::max(next, now + kLeastWait));
  if (asking) solicit(entry);
}

// --- ARP and commands ---

// Kernel: __neigh_update().
void NeighbourTable::update(Neighbour& entry, const base::MacAddr& mac, State to, NeighbourUpdate how) {
  const State from = entry.state;
  const base::Time now = env_.ticked();
  if (!how.admin && (from == State::noarp || from == State::permanent)) return;

  if (to == State::none || to == State::incomplete || to == State::failed) {
    env_.cancel(entry.timer);
    entry.state = to;
    if ((from == State::incomplete || from == State::probe) && to == State::failed) fail(entry);
    return;
  }

  const bool known = entry.valid();
  const bool new_mac = !known || mac != entry.mac;
  if (to == State::reachable || to == State::permanent || to == State::noarp) entry.confirmed = now;
  if (known) {
    if (new_mac && !how.override_) {
      journal(entry, how.walk, {WhyId::neigh_kept, {trace::why_mac(mac)}});
      return;
    }
    if (!new_mac && to == State::stale && !how.admin) to = from;  // nothing new
  }
  if (to != from || new_mac) entry.updated = now;
  if (to != from) {
    env_.cancel(entry.timer);
    if (to == State::probe) entry.probes = 0;
    if (in_timer(to)) {
      if (entry.used < entry.confirmed) entry.used = entry.confirmed;
      env_.arm(entry.timer, now + (to == State::reachable ? reachable_time(*entry.dev) : base::Time{0}));
    }
    entry.state = to;
  }
  if (new_mac) {
    if (known) journal(entry, how.walk, {WhyId::neigh_moved, {trace::why_mac(mac)}});
    entry.mac = mac;
    if (!entry.connected()) entry.confirmed = now - 2 * parameters(*entry.dev).base_reachable_time;
  }
  if (!known) {
    journal(entry, how.walk, {WhyId::neigh_learned});
    flush_waiting(entry);
  }
}

void NeighbourTable::remove(Neighbour& entry) {
  update(entry, entry.mac, State::failed, {.override_ = true, .admin = true, .walk = 0});
  erase(entry);
}

void NeighbourTable::journal(const Neighbour& entry, trace::WalkId walk, const trace::Why& what) {
  if (!env_.tracing()) return;
  const trace::WhyWord dev = trace::why_word(entry.dev->name()), state = trace::why_word(name_of(entry.state));
  trace::Phrases said{{WhyId::neigh_entry, {entry.addr.value, dev.first, dev.second}}};
  if (entry.valid()) said.push_back({WhyId::neigh_mac, {trace::why_mac(entry.mac)}});
  said.push_back({WhyId::neigh_state, {state.first, state.second}});
  said.push_back(what);
  env_.journal("arp", said, walk);
}

}  // namespace lvs::host
