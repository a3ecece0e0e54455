// SPDX-License-Identifier: GPL-2.0-or-later
// The parts put together, and the packets that a host sends to itself.
#include "host/ip/stack.h"

#include <algorithm>
#include <utility>

#include "host/ip/fragment.h"

namespace lvs::host {

Stack::Stack(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock)
    : Env(std::move(name), id, seed, clock),
      fib(*this),
      neighbours(*this, fib, arp, egress_),
      arp(*this, fib, neighbours, egress_),
      icmp(*this),
      igmp(*this),
      cpu(
          *this, egress_,
          [](void* self, Device& in, PacketPtr frame) {
            static_cast<Stack*>(self)->process_frame(in, std::move(frame));
          },
          this),
      egress_(*this, cpu),
      fragments_(std::make_unique<Fragments>(*this)) {
  fib.on_new_broadcast(
      [](void* self, Device& dev, base::Ipv4Addr addr) {
        NeighbourTable& table = static_cast<Stack*>(self)->neighbours;
        if (Neighbour* const entry = table.find(dev, addr); entry != nullptr) table.remove(*entry);
      },
      this);
  neighbours.on_link_failure(
      [](void* self, Packet& about) { static_cast<Stack*>(self)->icmp.send_link_failure(about); }, this);
}

Stack::~Stack() = default;

void Stack::advance() {
  const Busy busy(*this);
  run_timers();
}

void Stack::receive(Device& in, PacketPtr frame) {
  if (cpu.model.enabled) {
    cpu.receive(in, std::move(frame));
  } else {
    process_frame(in, std::move(frame));
  }
}

void Stack::receive(Device& in, std::span<PacketPtr> frames) {
  constexpr std::size_t kAhead = 16;  // frames; more and the first lines are gone again before their turn
  while (!frames.empty()) {
    const std::span<PacketPtr> now = frames.first(std::min(kAhead, frames.size()));
    if (prefetch_.look != nullptr && now.size() > 1) {
      for (const int step : {0, 1}) {
        for (const PacketPtr& frame : now) prefetch_.look(prefetch_.self, *frame, step);
      }
    }
    for (PacketPtr& frame : now) receive(in, std::move(frame));
    frames = frames.subspan(now.size());
  }
}

void Stack::transmit_raw(Device& out, PacketPtr frame) {
  if (frame->walk == 0) frame->walk = new_walk();
  egress_.send(out, std::move(frame));
}

bool Stack::run_hook(Hook hook, PacketPtr& packet, int after) {
  const auto& chain = netfilter.chain(hook);
  if (tracing()) trace(stage_of(hook), *packet, Verdict::accept);
  // By index: a function may register others (the first virtual service), never unregister the one that runs.
  for (std::size_t i = 0; i < chain.size(); ++i) {  // NOLINT(modernize-loop-convert)
    const Netfilter::Entry& entry = chain[i];
    if (entry.priority <= after) continue;
    const HookResult result = entry.function(entry.self, hook, packet);
    if (result.verdict == Verdict::accept) continue;
    if (result.verdict == Verdict::drop && packet != nullptr) {
      const std::string decision = tracing() ? netfilter.take_decision() : std::string();
      drop(std::move(packet), result.drop, stage_of(hook), {}, decision.empty() ? entry.name : decision);
    }
    return false;
  }
  return true;
}

PacketPtr Stack::defragment(PacketPtr fragment, FragmentUser user) {
  return fragments_->add(std::move(fragment), user);
}

void Stack::loop_back(PacketPtr packet) {
  Device& lo = loopback();
  ++lo.counters.tx_packets;
  lo.counters.tx_bytes += packet->size();
  ++lo.counters.rx_packets;
  lo.counters.rx_bytes += packet->size();
  packet->in = &lo;
  packet->out = nullptr;
  packet->type = PacketType::host;
  show_frame(lo, *packet, false);
  looped_.push(std::move(packet));
}

void Stack::loop_frame(Device& in, PacketPtr frame) {
  frame->in = &in;
  frame->out = nullptr;
  frame->has_link_header = true;
  looped_.push(std::move(frame));
  if (depth_ == 0) const Busy busy(*this);
}

void Stack::reinject(Device& dev, PacketPtr packet) {
  ++dev.counters.rx_packets;
  dev.counters.rx_bytes += packet->size();
  packet->in = &dev;
  packet->out = nullptr;
  packet->type = PacketType::host;
  packet->route = Route{};
  looped_.push(std::move(packet));
}

void Stack::drain_looped() {
  // One at a time at the outermost level: a packet to ourselves is handled after what caused it (kernel: the backlog of
  // netif_rx()), however deep the call that sent it.
  ++depth_;
  while (PacketPtr packet = looped_.pop()) {
    Device& in = *packet->in;
    packet->has_link_header ? process_frame(in, std::move(packet)) : ip_rcv(std::move(packet));
  }
  --depth_;
}

}  // namespace lvs::host
