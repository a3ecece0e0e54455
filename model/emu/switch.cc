// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/switch.h"

#include <utility>

#include "engine/bridge.h"
#include "wire/ethernet.h"

namespace lvs::emu {

FrameSink& Switch::add_port(FrameSink& out) {
  ports_.push_back(std::make_unique<Port>(*this, static_cast<std::uint32_t>(ports_.size()), out));
  return *ports_.back();
}

// Kernel: br_handle_frame() and br_handle_frame_finish().
void Switch::forward(std::uint32_t from, host::PacketPtr frame) {
  if (!frame->may_pull(wire::Ethernet::kSize)) return;
  const std::uint64_t destination = engine::load_mac(frame->data());
  const std::uint64_t source = engine::load_mac(frame->data() + 6);
  if (!engine::is_forwarded(destination, source)) return;
  const base::Time oldest = clock_.now() - kAgeing;
  table_.learn(source, from, clock_.now(), oldest);
  const std::uint32_t to =
      engine::is_group(destination) ? engine::LearningTable::kNone : table_.find(destination, oldest);
  if (to == engine::LearningTable::kNone) return flood(from, std::move(frame));
  if (to != from) ports_[to]->out.take_one(std::move(frame));
}

void Switch::flood(std::uint32_t from, host::PacketPtr frame) {
  engine::flood(
      ports_.size(), from, std::move(frame), [](std::size_t) { return true; },
      [this](std::size_t port, host::PacketPtr copy) { ports_[port]->out.take_one(std::move(copy)); });
}

}  // namespace lvs::emu
