// SPDX-License-Identifier: GPL-2.0-or-later
// A switch inside a host (kernel: net/bridge, without spanning tree, VLAN filtering and IGMP queriers).
#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "host/ip/stack.h"

namespace lvs::host {

class BridgeLink final : public VirtualLink, private Receiver {
 public:
  // What it knows of one MAC address.
  struct Entry {
    Device* port = nullptr;
    base::Time seen{};
  };

  explicit BridgeLink(Stack& host) : host_(host) {}
  std::string_view type() const override { return "bridge"; }
  bool counts_header() const override { return false; }  // kernel: br_pass_frame_up()
  bool carrier() const override;
  std::optional<base::MacAddr> mac() const override;
  std::optional<std::uint32_t> mtu() const override;
  bool enslave(Device& port) override;
  void release(Device& port) override;
  void removed() override;
  void transmit(PacketPtr frame) override;

  const std::vector<Device*>& ports() const { return ports_; }  // the newest first
  bool had_ports() const { return had_ports_; }
  // What was learned and is not too old.
  std::vector<std::pair<base::MacAddr, Entry>> learned() const;
  base::Time ageing_time = std::chrono::seconds(300);
  // Of a port: frames may leave by it that came in by it.
  bool hairpin(const Device& port) const { return hairpins_.contains(&port); }
  void set_hairpin(const Device& port, bool on) {
    on ? static_cast<void>(hairpins_.insert(&port)) : static_cast<void>(hairpins_.erase(&port));
  }

 private:
  static constexpr std::size_t kMostAddresses = 65536;

  void receive(Device& in, PacketPtr frame) override;
  bool forwards(const Device& port) const { return port.up && port.carrier; }
  bool is_own(const std::uint8_t* address) const;
  void learn(const base::MacAddr& from, Device& port);
  Device* find(const base::MacAddr& address) const;
  void flood(const Device* in, PacketPtr frame, bool up);
  void pass_up(PacketPtr frame, bool ours);

  Stack& host_;
  std::vector<Device*> ports_;
  std::set<const Device*> hairpins_;
  bool had_ports_ = false;
  std::unordered_map<std::uint64_t, Entry> table_;
};

}  // namespace lvs::host
