// SPDX-License-Identifier: GPL-2.0-or-later
// What changes in a host's configuration, for those who follow it (kernel: the netlink groups RTNLGRP_LINK and
// RTNLGRP_IPV4_IFADDR).
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace lvs::host {

class Device;
struct InterfaceAddress;

struct HostEvent {
  enum class Kind : std::uint8_t {
    link,             // up, carrier, MTU or MAC address of `dev` is another
    link_gone,        // `dev` is about to be removed
    address_added,    // `address` of `dev`
    address_removed,  // `address` was one of `dev`
  };
  Kind kind;
  Device& dev;
  const InterfaceAddress* address = nullptr;
};

class HostEvents {
 public:
  // Called in the midst of the change: remember it, and act on it from a timer.
  using Listener = void (*)(void* self, const HostEvent& event);
  void add(Listener listener, void* self) { listeners_.emplace_back(listener, self); }
  void remove(Listener listener, void* self) { std::erase(listeners_, std::pair(listener, self)); }
  void tell(const HostEvent& event) {
    const auto all = listeners_;  // one that is told may take itself away
    for (const auto& [listener, self] : all) listener(self, event);
  }

 private:
  std::vector<std::pair<Listener, void*>> listeners_;
};

}  // namespace lvs::host
