// SPDX-License-Identifier: GPL-2.0-or-later
// Interfaces with MAC addresses of their own on top of one that has a cable (kernel: drivers/net/macvlan.c).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/ip/stack.h"

namespace lvs::host {

class MacvlanLink;

// What all on one interface share: it sees what comes in there first (kernel: struct macvlan_port).
class MacvlanPort final : public Receiver {
 public:
  explicit MacvlanPort(Stack& host, Device& lower) : host_(host), lower_(lower) { lower.receiver = this; }
  MacvlanPort(const MacvlanPort&) = delete;
  MacvlanPort& operator=(const MacvlanPort&) = delete;

  void add(MacvlanLink& link) { links_.push_back(&link); }
  // The last one leaves the interface to itself.
  void remove(MacvlanLink& link) {
    std::erase(links_, &link);
    if (links_.empty()) lower_.receiver = nullptr;
  }
  bool listening() const;  // one of them is up
  MacvlanLink* find(const std::uint8_t* mac) const;
  // Copies for all but `from`; `bridged`: those in mode bridge alone (kernel: macvlan_broadcast()).
  void broadcast(const Packet& frame, const MacvlanLink* from, bool bridged);

 private:
  void receive(Device& in, PacketPtr frame) override;

  Stack& host_;
  Device& lower_;
  std::vector<MacvlanLink*> links_;
};

class MacvlanLink final : public VirtualLink {
 public:
  enum class Mode : std::uint8_t { private_, vepa, bridge };

  // On `lower`, which is nobody else's port and no other kind of interface's.
  MacvlanLink(Stack& host, Device& lower, Mode mode);
  std::string_view type() const override { return "macvlan"; }
  Device* lower() const override { return &lower_; }
  bool carrier() const override { return lower_.up && lower_.carrier; }
  // Never more than below.
  std::optional<std::uint32_t> mtu() const override;
  void set_up(bool up) override;
  void removed() override;
  void transmit(PacketPtr frame) override;

  Mode mode;
  // Its carrier has changed since it was first up: until then nobody asks for its state (RFC 2863: unknown).
  bool state_known() const;

 private:
  Stack& host_;
  Device& lower_;
  std::shared_ptr<MacvlanPort> port_;
  std::uint64_t changes_before_ = 0;
  bool has_been_up_ = false;
};

// Nothing that rides on others or belongs to one is taken as lower; macvlans on macvlans lie on what is below those.
std::string_view name_of(MacvlanLink::Mode mode);

}  // namespace lvs::host
