// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/switch.h"

namespace lvs::emu {
namespace {

constexpr std::uint64_t kGroupBit = std::uint64_t{1} << 40;
// IEEE 802.1D reserved addresses, 01:80:C2:00:00:00 to :0F; without STP the bridge passes BPDUs (:00) on.
constexpr std::uint64_t kReserved = 0x0180c2000000;

std::uint64_t load_mac(const std::uint8_t* at) {
  return std::uint64_t{base::load_be16(at)} << 32 | base::load_be32(at + 2);
}

}  // namespace

FrameSink& Switch::add_port(FrameSink& out) {
  ports_.push_back(std::make_unique<Port>(*this, static_cast<std::uint32_t>(ports_.size()), out));
  return *ports_.back();
}

void Switch::learn(std::uint64_t address, Port& port) {
  if (port.source_entry != nullptr && port.source == address) {
    *port.source_entry = {port.index, clock_.now()};
    return;
  }
  auto known = table_.find(address);
  if (known == table_.end()) {
    if (table_.size() >= kMost) {
      for (const auto& each : ports_) each->source_entry = each->destination_entry = nullptr;
      std::erase_if(table_, [&](const auto& each) { return each.second.seen + kAgeing < clock_.now(); });
      if (table_.size() >= kMost) return;
    }
    known = table_.emplace(address, Learned{}).first;
  }
  known->second = {port.index, clock_.now()};
  port.source = address;
  port.source_entry = &known->second;  // entries stay where they are until they are erased
}

// Where an address was last seen; nullptr when it is not known, or no longer.
Switch::Learned* Switch::find(std::uint64_t address, Port& port) {
  if (port.destination_entry == nullptr || port.destination != address) {
    const auto known = table_.find(address);
    if (known == table_.end()) return nullptr;
    port.destination = address;
    port.destination_entry = &known->second;
  }
  return port.destination_entry->seen + kAgeing < clock_.now() ? nullptr : port.destination_entry;
}

// Kernel: br_handle_frame() and br_handle_frame_finish().
void Switch::forward(std::uint32_t from, host::PacketPtr frame) {
  if (!frame->may_pull(wire::Ethernet::kSize)) return;
  const std::uint64_t destination = load_mac(frame->data());
  const std::uint64_t source = load_mac(frame->data() + 6);
  if (source == 0 || (source & kGroupBit) != 0) return;
  if ((destination & ~std::uint64_t{0xf}) == kReserved && destination != kReserved) return;
  Port& port = *ports_[from];
  learn(source, port);
  if ((destination & kGroupBit) != 0) return flood(from, std::move(frame));
  const Learned* known = find(destination, port);
  if (known == nullptr) return flood(from, std::move(frame));
  if (known->port != from) ports_[known->port]->out.take_one(std::move(frame));
}

// Newest port first, as br_flood() walks its list.
void Switch::flood(std::uint32_t from, host::PacketPtr frame) {
  FrameSink* previous = nullptr;
  for (std::size_t port = ports_.size(); port-- > 0;) {
    if (port == from) continue;
    if (previous != nullptr) previous->take_one(frame->clone());
    previous = &ports_[port]->out;
  }
  if (previous != nullptr) previous->take_one(std::move(frame));
}

}  // namespace lvs::emu
