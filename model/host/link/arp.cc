// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link/arp.h"

#include <algorithm>
#include <utility>

#include "host/link/egress.h"
#include "trace/why.h"
#include "wire/ethernet.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;
using trace::Why;
using trace::WhyId;
using Op = wire::Arp::Op;

Arp::Arp(Env& env, Fib& fib, NeighbourTable& neighbours, Egress& egress)
    : env_(env), fib_(fib), neighbours_(neighbours), egress_(egress), delay_timer_(&Arp::on_delay) {
  delay_timer_.owner = this;
}

// --- receiving ---

void Arp::receive(Device& in, PacketPtr frame) {
  if (in.noarp) return env_.drop(std::move(frame), Drop::arp_noarp, Stage::arp_in);
  if (frame->type == PacketType::otherhost || frame->type == PacketType::loopback) {
    return env_.drop(std::move(frame), Drop::otherhost, Stage::arp_in);
  }
  constexpr std::size_t kWhole = wire::Ethernet::kSize + wire::Arp::kSize;
  if (!frame->may_pull(kWhole)) return env_.drop(std::move(frame), Drop::arp_malformed, Stage::arp_in);
  auto arp = wire::Arp::parse({frame->data() + wire::Ethernet::kSize, wire::Arp::kSize});
  if (!arp) return env_.drop(std::move(frame), Drop::arp_malformed, Stage::arp_in);

  if (tap_ != nullptr) tap_(tap_self_, in, *arp, *frame);
  if (filter_.function != nullptr) {
    std::string decision;
    if (!filter_.function(filter_.self, Direction::in, in, *arp, decision)) {
      return env_.drop(std::move(frame), Drop::arptables_drop, Stage::arp_in, {}, decision);
    }
  }
  process(in, *arp, std::move(frame), false);
}

// Kernel: arp_process(). Why an answer was refused is found on the way down and reported at the end.
void Arp::process(Device& in, const wire::Arp& arp, PacketPtr frame, bool delayed) {
  const auto refuse = [&](WhyId id) {
    env_.drop(std::move(frame), Drop::arp_ignored, Stage::arp_in, {id, {arp.target_ip.value}});
  };
  if (arp.target_ip.is_multicast() || (arp.target_ip.is_loopback() && !env_.conf_either(in, Conf::route_localnet))) {
    return refuse(WhyId::arp_bad_target);
  }
  if (arp.sender_ip == arp.target_ip && env_.conf_either(in, Conf::drop_gratuitous_arp)) {
    return refuse(WhyId::arp_gratuitous);
  }
  const bool request = arp.op == Op::request;
  const int ignore = env_.conf_max(in, Conf::arp_ignore);
  const Why ignored{WhyId::arp_ignore, {static_cast<std::uint64_t>(ignore), arp.target_ip.value}};

  if (arp.sender_ip.is_any()) {  // duplicate address detection (RFC 5227): answered without a look at the sender
    if (!request || !fib_.is_local(arp.target_ip)) return refuse(WhyId::arp_not_ours);
    if (!arp_ignore_allows(ignore, {&in, arp.sender_ip, arp.target_ip}, local_addresses())) {
      return env_.drop(std::move(frame), Drop::arp_ignored, Stage::arp_in, ignored);
    }
    env_.trace(Stage::arp_in, *frame, Verdict::accept, Drop::none, {WhyId::arp_answered, {arp.target_ip.value}});
    return reply(in, arp, frame->walk);
  }

  Why why{WhyId::arp_not_ours, {arp.target_ip.value}};
  // Most of what a large segment hears: the way to a stranger decides nothing, unless somebody wants to know of it.
  const bool strangers = !env_.tracing() && !env_.forwarding(in) && !fib_.has_custom_rules();
  if (request && !(strangers && !fib_.is_local(arp.target_ip))) {
    Drop bad = Drop::none;
    const Route way = fib_.input({.dst = arp.target_ip, .src = arp.sender_ip, .in = &in, .arp = true}, bad);
    if (bad == Drop::ip_martian_destination) {
      // A neighbour on the same segment is asked for: he answers himself.
    } else if (bad != Drop::none) {
      why = {WhyId::arp_invalid_sender, {arp.sender_ip.value}};
    } else if (way.type == RouteType::local) {
      if (answer_for_local(in, arp, *frame, why)) return;
      return env_.drop(std::move(frame), Drop::arp_ignored, Stage::arp_in, why);  // not even the cache learns
    } else if (env_.forwarding(in) && way.type == RouteType::unicast && may_proxy(in, arp, *way.dev)) {
      return answer_for_other(in, arp, std::move(frame), delayed);
    }
  }
  const Why told = learn(in, arp, *frame);
  // Who says where he is has asked nothing: that the cache takes it is no refusal.
  if (request && !(arp_is_gratuitous(arp) && told.id != WhyId::arp_no_entry))
    env_.drop(std::move(frame), Drop::arp_ignored, Stage::arp_in, why);
}

// True: answered. Else `refusal` says which rule forbids it.
bool Arp::answer_for_local(Device& in, const wire::Arp& arp, const Packet& frame, Why& refusal) {
  const int ignore = env_.conf_max(in, Conf::arp_ignore);
  if (!arp_ignore_allows(ignore, {&in, arp.sender_ip, arp.target_ip}, local_addresses())) {
    refusal = {WhyId::arp_ignore, {static_cast<std::uint64_t>(ignore), arp.target_ip.value}};
    return false;
  }
  if (env_.conf_either(in, Conf::arp_filter)) {
    const Route back = fib_.output({.dst = arp.sender_ip, .src = arp.target_ip});
    if (!back.valid() || back.dev != &in) {
      refusal = {WhyId::arp_filter, {arp.sender_ip.value}};
      return false;
    }
  }
  env_.trace(Stage::arp_in, frame, Verdict::accept, Drop::none, {WhyId::arp_answered, {arp.target_ip.value}});
  if (enter_sender(in, arp, frame.walk)) reply(in, arp, frame.walk);
  return true;
}

// --- proxy ARP ---

bool Arp::may_proxy(const Device& in, const wire::Arp& arp, const Device& out) const {
  const auto medium = [](const Device& dev) { return dev.conf[static_cast<std::size_t>(Conf::medium_id)]; };
  if (&out == &in) {  // RFC 3069: stations of a private VLAN reach each other through us
    return arp.sender_ip != arp.target_ip && env_.conf_either(in, Conf::proxy_arp_pvlan);
  }
  if (env_.conf_either(in, Conf::proxy_arp) && arp_proxy_allows(medium(in), medium(out))) return true;
  return neighbours_.is_proxied(in, arp.target_ip);
}

void Arp::answer_for_other(Device& in, const wire::Arp& arp, PacketPtr frame, bool delayed) {
  enter_sender(in, arp, frame->walk);
  const bool at_once =
      delayed || frame->type == PacketType::host || neighbours_.parameters(in).proxy_delay <= base::Time{0};
  if (!at_once) {
    if (!delay(in, arp, frame)) env_.drop(std::move(frame), Drop::arp_ignored, Stage::arp_in);
    return;
  }
  env_.trace(Stage::arp_in, *frame, Verdict::accept, Drop::none, {WhyId::arp_proxy, {arp.target_ip.value}});
  reply(in, arp, frame->walk);
}

// The owner of the address, should it be on this segment after all, is to answer first (kernel: pneigh_enqueue()).
bool Arp::delay(Device& in, const wire::Arp& arp, PacketPtr& frame) {
  const NeighbourParameters& p = neighbours_.parameters(in);
  const auto waiting = std::ranges::count(delayed_, &in, &Delayed::in);
  if (static_cast<unsigned>(waiting) > p.proxy_qlen) return false;
  const base::Time wait{static_cast<std::int64_t>(env_.rng.real() * static_cast<double>(p.proxy_delay.count()))};
  env_.trace(Stage::arp_in, *frame, Verdict::queue, Drop::none,
             {WhyId::arp_proxy_later, {arp.target_ip.value, static_cast<std::uint64_t>(wait.count() / 1'000'000)}});
  const base::Time due = env_.now() + wait;
  delayed_.push_back({due, &in, arp, std::move(frame)});
  if (!delay_timer_.armed() || due < delay_timer_.deadline()) env_.arm(delay_timer_, due);
  return true;
}

void Arp::on_delay(base::Timer& timer) { static_cast<DelayTimer&>(timer).owner->answer_delayed(); }

void Arp::answer_delayed() {
  const auto is_due = [&](const Delayed& d) { return d.due <= env_.now(); };
  for (auto at = std::ranges::find_if(delayed_, is_due); at != delayed_.end();
       at = std::ranges::find_if(delayed_, is_due)) {
    Delayed next = std::move(*at);
    delayed_.erase(at);
    process(*next.in, next.arp, std::move(next.frame), true);
  }
  base::Time first = base::kNever;
  for (const Delayed& d : delayed_) first = std::min(first, d.due);
  if (first != base::kNever) env_.arm(delay_timer_, first);
}

void Arp::forget_delayed() {
  for (Delayed& d : std::exchange(delayed_, {})) {
    env_.drop(std::move(d.frame), Drop::arp_ignored, Stage::arp_in);
  }
}

// --- learning ---

// Kernel: neigh_event_ns(). False: the table is full.
bool Arp::enter_sender(Device& in, const wire::Arp& arp, trace::WalkId walk) {
  Neighbour* const entry = neighbours_.find_or_learn(in, arp.sender_ip);
  if (entry == nullptr) return false;
  neighbours_.update(*entry, arp.sender_mac, NeighbourState::stale, {.override_ = true, .admin = false, .walk = walk});
  return true;
}

// What is left for packets that were not answered. An answer is told of before the cache takes it: what waited for it
// leaves at once. Gives what was told.
Why Arp::learn(Device& in, const wire::Arp& arp, const Packet& frame) {
  Neighbour* entry = neighbours_.find(in, arp.sender_ip);
  const int level = env_.conf_max(in, Conf::arp_accept);
  ArpEvidence evidence{.op = arp.op,
                       .to_host = frame.type == PacketType::host,
                       .sender_is_unicast = false,
                       .gratuitous = false,
                       .accept = level != 0 && arp_accept_allows(level, &in, arp.sender_ip, local_addresses()),
                       .known = entry != nullptr,
                       .since_update = {},
                       .locktime = {}};
  if (entry != nullptr) {
    evidence.since_update = env_.ticked() - entry->updated;
    evidence.locktime = neighbours_.parameters(in).locktime;
  }
  if (evidence.known || evidence.accept) {
    evidence.sender_is_unicast = fib_.address_type(arp.sender_ip) == RouteType::unicast;
    evidence.gratuitous = evidence.sender_is_unicast && arp_is_gratuitous(arp);
  }
  const ArpLesson lesson = arp_lesson(evidence);
  if (lesson.learn && entry == nullptr) entry = neighbours_.find_or_learn(in, arp.sender_ip);
  const bool learns = lesson.learn && entry != nullptr;
  const bool keeps = learns && entry->valid() && entry->mac != arp.sender_mac && !lesson.override_;
  const Why told = !learns ? Why{WhyId::arp_no_entry, {arp.sender_ip.value}}
                   : keeps ? Why{WhyId::neigh_kept, {trace::why_mac(arp.sender_mac)}}
                           : Why{WhyId::arp_learned, {arp.sender_ip.value}};
  if (arp.op != Op::request || (learns && arp_is_gratuitous(arp)))
    env_.trace(Stage::arp_in, frame, Verdict::accept, Drop::none, told);
  if (learns) {
    neighbours_.update(*entry, arp.sender_mac, lesson.reachable ? NeighbourState::reachable : NeighbourState::stale,
                       {.override_ = lesson.override_, .admin = false, .walk = frame.walk});
  }
  return told;
}

std::span<const LocalAddr> Arp::local_addresses() {
  ours_.clear();
  for (const auto& dev : env_.devices()) {
    // route_localnet makes 127/8 addresses as good as those of a link (kernel: confirm_addr_indev()).
    const Scope most = env_.conf_either(*dev, Conf::route_localnet) ? Scope::link : Scope::host;
    for (const InterfaceAddress& a : dev->addresses) ours_.push_back({dev.get(), a.prefix, std::min(a.scope, most)});
  }
  return ours_;
}

// --- sending ---

void Arp::reply(Device& in, const wire::Arp& request, trace::WalkId walk) {
  send(in, {Op::reply, in.mac, request.target_ip, request.sender_mac, request.sender_ip}, request.sender_mac, walk);
}

void Arp::solicit(Neighbour& entry, const Packet* cause, bool unicast) {
  Device& out = *entry.dev;
  const int level = env_.conf_max(out, Conf::arp_announce);
  base::Ipv4Addr sender;
  if (cause != nullptr) {
    const base::Ipv4Addr source = cause->ip().src();
    if (arp_announce_keeps(level, {&out, source, fib_.is_local(source), entry.addr}, local_addresses())) {
      sender = source;
    }
  }
  if (sender.is_any()) sender = fib_.select_address(&out, entry.addr, Scope::link);
  emit(out, {Op::request, out.mac, sender, {}, entry.addr}, unicast ? entry.mac : base::MacAddr::broadcast(),
       cause == nullptr ? 0 : cause->walk, {WhyId::arp_announce, {static_cast<std::uint64_t>(level), sender.value}});
}

void Arp::announce(Device& dev) {
  for (const InterfaceAddress& a : dev.addresses) {
    send(dev, {Op::request, dev.mac, a.prefix.addr, {}, a.prefix.addr}, base::MacAddr::broadcast(), 0);
  }
}

void Arp::send(Device& dev, const wire::Arp& arp, const base::MacAddr& destination, trace::WalkId walk) {
  emit(dev, arp, destination, walk, {});
}

void Arp::emit(Device& dev, wire::Arp arp, const base::MacAddr& destination, trace::WalkId walk, const Why& why) {
  if (dev.noarp) return;
  std::string decision;
  const bool pass = filter_.function == nullptr || filter_.function(filter_.self, Direction::out, dev, arp, decision);

  PacketPtr frame = Packet::create();
  std::uint8_t* bytes = frame->put(wire::Ethernet::kSize + wire::Arp::kSize);
  wire::Ethernet{bytes}.set(destination, dev.mac, wire::EtherType::arp);
  arp.emit(bytes + wire::Ethernet::kSize);
  frame->has_link_header = true;
  frame->type = PacketType::outgoing;
  frame->out = &dev;
  frame->walk = walk == 0 ? env_.new_walk() : walk;
  if (walk != 0) frame->part = env_.new_part();
  if (!pass) return env_.drop(std::move(frame), Drop::arptables_drop, Stage::arp_out, why, decision);
  env_.trace(Stage::arp_out, *frame, Verdict::accept, Drop::none, why);
  egress_.transmit(dev, std::move(frame));
}

}  // namespace lvs::host
