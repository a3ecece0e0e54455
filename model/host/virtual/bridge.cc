// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/virtual/bridge.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

std::uint64_t key_of(const base::MacAddr& address) {
  std::uint64_t key = 0;
  for (const std::uint8_t byte : address.bytes) key = key << 8 | byte;
  return key;
}

base::MacAddr mac_of(std::uint64_t key) {
  base::MacAddr address;
  for (std::size_t i = address.bytes.size(); i-- > 0; key >>= 8) address.bytes[i] = static_cast<std::uint8_t>(key);
  return address;
}

// 01-80-C2-00-00-0X: of no switch's business but its own (IEEE 802.1D 7.12.6). Without spanning tree the kernel sends
// BPDUs on.
bool is_link_local(const wire::Ethernet& eth) {
  constexpr std::uint8_t kGroup[] = {0x01, 0x80, 0xc2, 0x00, 0x00};
  return std::memcmp(eth.p, kGroup, sizeof kGroup) == 0 && (eth.p[5] & 0xf0) == 0 && eth.p[5] != 0;
}

}  // namespace

// As made until the first port joins; then as br_port_state_selection() says.
bool BridgeLink::carrier() const {
  if (!had_ports_) return true;
  return std::ranges::any_of(ports_, [&](const Device* port) { return forwards(*port); });
}

// Kernel: br_stp_recalculate_bridge_id(): the lowest address of a port; without ports none.
std::optional<base::MacAddr> BridgeLink::mac() const {
  if (device == nullptr || device->mac_set) return std::nullopt;
  if (ports_.empty()) return had_ports_ ? std::optional(base::MacAddr{}) : std::nullopt;
  const auto lowest = std::ranges::min_element(ports_, {}, [](const Device* port) { return key_of(port->mac); });
  return (*lowest)->mac;
}

// Kernel: br_mtu_auto_adjust().
std::optional<std::uint32_t> BridgeLink::mtu() const {
  if (ports_.empty() || device->mtu_set) return std::nullopt;
  return (*std::ranges::min_element(ports_, {}, &Device::mtu))->mtu;
}

bool BridgeLink::enslave(Device& port) {
  if (!port.is_ethernet() || &port == device || port.receiver != nullptr) return false;
  ports_.insert(ports_.begin(), &port);
  had_ports_ = true;
  port.receiver = this;
  return true;
}

void BridgeLink::release(Device& port) {
  std::erase(ports_, &port);
  hairpins_.erase(&port);
  std::erase_if(table_, [&](const auto& each) { return each.second.port == &port; });
  port.receiver = nullptr;
}

void BridgeLink::removed() {
  for (Device* const port : std::vector(ports_)) {
    release(*port);
    port->master = nullptr;
  }
}

std::vector<std::pair<base::MacAddr, BridgeLink::Entry>> BridgeLink::learned() const {
  std::vector<std::pair<base::MacAddr, Entry>> list;
  for (const auto& [key, entry] : table_)
    if (entry.seen + ageing_time > host_.now()) list.emplace_back(mac_of(key), entry);
  std::ranges::sort(list, {}, [](const auto& each) { return key_of(each.first); });
  return list;
}

void BridgeLink::learn(const base::MacAddr& from, Device& port) {
  if (table_.size() >= kMostAddresses && !table_.contains(key_of(from))) return;
  table_[key_of(from)] = {&port, host_.now()};
}

Device* BridgeLink::find(const base::MacAddr& address) const {
  const auto at = table_.find(key_of(address));
  return at == table_.end() || at->second.seen + ageing_time <= host_.now() ? nullptr : at->second.port;
}

bool BridgeLink::is_own(const std::uint8_t* address) const {
  const auto same = [&](const Device* dev) { return std::memcmp(address, dev->mac.bytes.data(), 6) == 0; };
  return same(device) || std::ranges::any_of(ports_, same);
}

// Kernel: br_handle_frame(), br_handle_frame_finish().
void BridgeLink::receive(Device& in, PacketPtr frame) {
  if (!device->up && !forwards(in)) return host_.drop(std::move(frame), Drop::dev_down, Stage::wire_in);
  const wire::Ethernet eth{frame->data()};
  const base::MacAddr from = eth.src(), to = eth.dst();
  if (from.is_multicast() || from.is_zero() || is_link_local(eth)) {
    return host_.drop(std::move(frame), Drop::unhandled_proto, Stage::wire_in);
  }
  if (!is_own(from.bytes.data())) learn(from, in);
  if (!device->up) return host_.drop(std::move(frame), Drop::dev_down, Stage::wire_in);
  if (to.is_multicast()) return flood(&in, std::move(frame), true);
  if (is_own(to.bytes.data())) return pass_up(std::move(frame), true);
  Device* const out = find(to);
  if (out == nullptr) return flood(&in, std::move(frame), device->promiscuous);
  if ((out == &in && !hairpin(in)) || !forwards(*out))
    return host_.drop(std::move(frame), Drop::consumed, Stage::wire_in);
  host_.transmit_below(*out, std::move(frame));
}

// Kernel: br_dev_xmit().
void BridgeLink::transmit(PacketPtr frame) {
  const base::MacAddr to = wire::Ethernet{frame->data()}.dst();
  Device* const out = to.is_multicast() ? nullptr : find(to);
  if (out == nullptr) return flood(nullptr, std::move(frame), false);
  host_.transmit_below(*out, std::move(frame));
}

// To all ports but the one it came in by, the newest first (kernel: br_flood()); and up to the host.
void BridgeLink::flood(const Device* in, PacketPtr frame, bool up) {
  for (Device* const port : ports_) {
    if ((port == in && !hairpin(*port)) || !forwards(*port)) continue;
    PacketPtr copy = frame->clone();
    host_.transmit_below(*port, std::move(copy));
  }
  if (up) return pass_up(std::move(frame), false);
  host_.drop(std::move(frame), Drop::consumed, Stage::wire_out);
}

// Kernel: br_pass_frame_up().
void BridgeLink::pass_up(PacketPtr frame, bool ours) { host_.receive_above(*device, std::move(frame), ours); }

}  // namespace lvs::host
