// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/env/env.h"

#include <algorithm>
#include <utility>

namespace lvs::host {

Env::Env(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock)
    : rng(seed ^ (std::uint64_t{id} << 32)), name_(std::move(name)), id_(id), clock_(clock), wheel_(clock.now()) {}

Device* Env::device(std::string_view name) const {
  const auto at = std::ranges::find_if(devices_, [&](const auto& dev) { return dev->name() == name; });
  return at == devices_.end() ? nullptr : at->get();
}

Device* Env::device_by_index(std::uint32_t index) const {
  const auto at = std::ranges::find_if(devices_, [&](const auto& dev) { return dev->index() == index; });
  return at == devices_.end() ? nullptr : at->get();
}

Device& Env::own_device(std::unique_ptr<Device> dev) {
  devices_.push_back(std::move(dev));
  return *devices_.back();
}

void Env::retire_device(const Device& dev) {
  const auto at = std::ranges::find(devices_, &dev, [](const auto& d) { return d.get(); });
  removed_devices_.push_back(std::move(*at));
  devices_.erase(at);
}

void Env::arm(base::Timer& timer, base::Time deadline) {
  wheel_.arm_on_tick(timer, now(), deadline - now());
  wake_for(timer);
}

void Env::arm_pinned(base::Timer& timer, base::Time deadline) {
  wheel_.arm_on_tick(timer, now(), deadline - now(), kernel_.runs_pinned_timers_first);
  wake_for(timer);
}

void Env::arm_exactly(base::Timer& timer, base::Time deadline) {
  wheel_.arm(timer, deadline);
  wake_for(timer);
}

void Env::wake_for(const base::Timer& timer) {
  if (timer.deadline() >= asked_) return;  // it fires then at the earliest
  const base::Time due = wheel_.due(timer);
  if (due >= asked_) return;
  asked_ = due;
  clock_.wake_at(due);
}

base::Time Env::left(base::Time deadline) const {
  const auto& ticks = wheel_.ticks();
  return ticks ? ticks->left(now(), deadline) : std::max(deadline - now(), base::Time{0});
}

void Env::run_timers() {
  asked_ = base::kNever;
  wheel_.advance(now());
  const base::Time next = wheel_.next();
  if (next >= asked_) return;
  asked_ = next;
  clock_.wake_at(next);
}

void Env::drop(PacketPtr packet, trace::Drop reason, trace::Stage stage, const trace::Why& why,
               std::string_view decided_by) {
  ++drops_[static_cast<std::size_t>(reason)];
  if (tracing()) trace(stage, *packet, Verdict::drop, reason, why, decided_by);
}

void Env::trace(trace::Stage stage, const Packet& packet, Verdict verdict, trace::Drop drop, const trace::Why& why,
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

void Env::journal(std::string_view kind, std::string_view text, trace::WalkId walk) {
  if (sink_ != nullptr) sink_->journal({now(), id_, walk, kind, text});
}

void Env::journal(std::string_view kind, const trace::Phrases& said, trace::WalkId walk) {
  if (sink_ != nullptr) sink_->journal({now(), id_, walk, kind, trace::text_of(said), said});
}

}  // namespace lvs::host
