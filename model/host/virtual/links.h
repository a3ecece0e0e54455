// SPDX-License-Identifier: GPL-2.0-or-later
// The types of `ip link add` that have no file of their own: dummy, veth, vlan.
#pragma once

#include <cstdint>

#include "host/ip/stack.h"

namespace lvs::host {

// Kernel: drivers/net/dummy.c: what is sent is gone.
class DummyLink final : public VirtualLink {
 public:
  explicit DummyLink(Stack& host) : host_(host) {}
  std::string_view type() const override { return "dummy"; }
  void transmit(PacketPtr frame) override;

 private:
  Stack& host_;
};

// Kernel: drivers/net/veth.c: what one end sends the other receives. Both are made before they are joined.
class VethLink final : public VirtualLink {
 public:
  explicit VethLink(Stack& host) : host_(host) {}
  std::string_view type() const override { return "veth"; }
  Device* lower() const override { return peer_; }
  bool carrier() const override { return peer_ != nullptr && device->up && peer_->up; }
  void transmit(PacketPtr frame) override;
  void join(Device& peer) { peer_ = &peer; }

 private:
  Stack& host_;
  Device* peer_ = nullptr;
};

// Kernel: net/8021q: frames with a tag on the interface below.
class VlanLink final : public VirtualLink {
 public:
  VlanLink(Stack& host, Device& below, std::uint16_t id) : host_(host), below_(below), id_(id) {}
  std::string_view type() const override { return "vlan"; }
  std::uint16_t id() const { return id_; }
  Device* lower() const override { return &below_; }
  bool carrier() const override { return below_.up && below_.carrier; }
  bool follows_lower() const override { return true; }
  bool takes_tag(std::uint16_t id) const override { return id == id_; }
  bool counts_header() const override { return false; }  // kernel: vlan_do_receive()
  std::optional<base::MacAddr> mac() const override;
  std::optional<std::uint32_t> mtu() const override;
  void transmit(PacketPtr frame) override;

 private:
  Stack& host_;
  Device& below_;
  std::uint16_t id_;
};

}  // namespace lvs::host
