// SPDX-License-Identifier: GPL-2.0-or-later
// A host as a whole: its parts, its time, and how packets end.
#include "host/host.h"

#include <algorithm>

#include "host/ip/fragment.h"

namespace lvs::host {

Host::Host(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock)
    : fib(*this),
      neighbours(*this),
      arp(*this),
      icmp(*this),
      igmp(*this),
      cpu(*this),
      rng(seed ^ (std::uint64_t{id} << 32)),
      name_(std::move(name)),
      id_(id),
      clock_(clock),
      wheel_(clock.now()),
      fragments_(std::make_unique<Fragments>(*this)) {
  // A fresh network namespace with the ipip module loaded: lo (made ready by every lab and helper) and tunl0, down.
  auto lo = std::make_unique<Device>(next_ifindex_++, "lo", DeviceKind::loopback);
  lo->mtu = 65536;
  lo->noarp = true;
  devices_.push_back(std::move(lo));
  Device& tunl0 = add_tunnel("tunl0", {}, {});
  tunl0.tunnel_pmtudisc = false;  // kernel: the fallback device's frag_off is 0
  set_up(loopback(), true);
  add_address(loopback(), {.prefix = {base::Ipv4Addr::of(127, 0, 0, 1), 8},
                           .peer = {},
                           .broadcast = {},
                           .scope = Scope::host,
                           .label = "lo"});
  ip_id_ = static_cast<std::uint16_t>(rng.next());
}

Host::~Host() = default;

void Host::arm_exactly(base::Timer& timer, base::Time deadline) {
  wheel_.arm(timer, deadline);
  if (deadline >= asked_) return;
  asked_ = deadline;
  clock_.wake_at(deadline);
}

void Host::advance() {
  const Busy busy(*this);
  asked_ = base::kNever;
  wheel_.advance(now());
  const base::Time next = wheel_.next();
  if (next >= asked_) return;
  asked_ = next;
  clock_.wake_at(next);
}

void Host::receive(Device& in, PacketPtr frame) {
  if (cpu.model.enabled) {
    cpu.receive(in, std::move(frame));
  } else {
    process_frame(in, std::move(frame));
  }
}

void Host::receive(Device& in, std::span<PacketPtr> frames) {
  constexpr std::size_t kAhead = 16;  // frames; more and the first lines are gone again before their turn
  while (!frames.empty()) {
    const std::span<PacketPtr> now = frames.first(std::min(kAhead, frames.size()));
    if (foresight_.look != nullptr && now.size() > 1) {
      for (const int step : {0, 1}) {
        for (const PacketPtr& frame : now) foresight_.look(foresight_.self, *frame, step);
      }
    }
    for (PacketPtr& frame : now) receive(in, std::move(frame));
    frames = frames.subspan(now.size());
  }
}

void Host::transmit(Device& out, PacketPtr frame) {
  if (cpu.serving()) return cpu.hold(out, std::move(frame));
  send_frame(out, std::move(frame));
}

void Host::transmit_raw(Device& out, PacketPtr frame) {
  if (frame->walk == 0) frame->walk = new_walk();
  send_frame(out, std::move(frame));
}

void Host::send_frame(Device& out, PacketPtr frame) {
  if (!out.up || !out.carrier || out.port == nullptr) {
    ++out.counters.tx_dropped;
    return drop(std::move(frame), trace::Drop::dev_down, trace::Stage::wire_out);
  }
  ++out.counters.tx_packets;
  out.counters.tx_bytes += frame->size();
  frame->out = &out;
  frame->conntrack.reset();  // stays with this host
  if (tracing()) trace(trace::Stage::wire_out, *frame, Verdict::accept);
  if (frame_tap_.tap != nullptr) frame_tap_.tap(frame_tap_.self, out, *frame, true);
  out.port->transmit(std::move(frame));
}

bool Host::run_hook(Hook hook, PacketPtr& packet, int after) {
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

PacketPtr Host::defragment(PacketPtr fragment, FragmentUser user) { return fragments_->add(std::move(fragment), user); }

void Host::drop(PacketPtr packet, trace::Drop reason, trace::Stage stage, const trace::Why& why,
                std::string_view decided_by) {
  ++drops_[static_cast<std::size_t>(reason)];
  if (tracing()) trace(stage, *packet, Verdict::drop, reason, why, decided_by);
}

void Host::trace(trace::Stage stage, const Packet& packet, Verdict verdict, trace::Drop drop, const trace::Why& why,
                 std::string_view hook_name, std::uint64_t connection) {
  if (sink_ == nullptr) return;
  base::ByteView payload;
  if (const std::uint32_t size = packet.payload.size(); size != 0) {
    const std::uint8_t* bytes = packet.payload.contiguous();
    if (bytes == nullptr) {
      if (shown_.size() < size) shown_.resize(size);
      packet.payload.read(0, {shown_.data(), size});
      bytes = shown_.data();
    }
    payload = {bytes, size};
  }
  const Device* dev = packet.out != nullptr ? packet.out : packet.in;
  sink_->packet({.at = now(),
                 .host = id_,
                 .walk = packet.walk,
                 .part = packet.part,
                 .stage = stage,
                 .verdict = verdict,
                 .drop = drop,
                 .ifindex = dev == nullptr ? 0 : dev->index(),
                 .has_link_header = packet.has_link_header,
                 .head = packet.head(),
                 .payload_size = packet.payload.size(),
                 .payload = payload,
                 .why = why,
                 .hook_name = hook_name,
                 .connection = connection});
}

void Host::journal(std::string_view kind, std::string_view text, trace::WalkId walk) {
  if (sink_ != nullptr) sink_->journal({now(), id_, walk, kind, text});
}

void Host::loop_back(PacketPtr packet) {
  Device& lo = loopback();
  ++lo.counters.tx_packets;
  lo.counters.tx_bytes += packet->size();
  ++lo.counters.rx_packets;
  lo.counters.rx_bytes += packet->size();
  packet->in = &lo;
  packet->out = nullptr;
  packet->type = PacketType::host;
  looped_.push(std::move(packet));
}

void Host::reinject(Device& dev, PacketPtr packet) {
  ++dev.counters.rx_packets;
  dev.counters.rx_bytes += packet->size();
  packet->in = &dev;
  packet->out = nullptr;
  packet->type = PacketType::host;
  packet->route = Route{};
  looped_.push(std::move(packet));
}

void Host::drain_looped() {
  // One at a time at the outermost level: a packet to ourselves is handled after what caused it (kernel: the backlog of
  // netif_rx()), however deep the call that sent it.
  ++depth_;
  while (PacketPtr packet = looped_.pop()) ip_rcv(std::move(packet));
  --depth_;
}

}  // namespace lvs::host
