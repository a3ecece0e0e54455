// SPDX-License-Identifier: GPL-2.0-or-later
// Multicast groups of a host's interfaces, and the IGMPv3 reports that tell of them (kernel: net/ipv4/igmp.c; RFC
// 3376). Queries of routers are not answered: no modelled host asks.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/addr.h"
#include "base/timer-wheel.h"
#include "host/env/device.h"

namespace lvs::host {

class Stack;

class Igmp {
 public:
  explicit Igmp(Stack& host);
  Igmp(const Igmp&) = delete;
  Igmp& operator=(const Igmp&) = delete;

  // Counted: a group is left when everybody who has joined has left (kernel: ip_mc_inc_group(), ip_mc_dec_group()).
  void join(Device& dev, base::Ipv4Addr group);
  void leave(Device& dev, base::Ipv4Addr group);

  // The host's: an interface has come up, goes down, is removed (kernel: ip_mc_up(), ip_mc_down(),
  // ip_mc_destroy_dev()).
  void device_up(Device& dev);
  void device_down(Device& dev);
  void device_gone(Device& dev);

 private:
  struct Group {
    base::Ipv4Addr address;
    unsigned users = 0;
    unsigned reports = 0;  // still to be sent of its last change
  };
  struct Interface : base::Timer {
    Interface(Igmp& its, Device& device);
    Igmp& igmp;
    Device& dev;
    std::vector<Group> joined;  // the newest first
    std::vector<Group> left;
    unsigned rounds = 0;  // of reports, still to come
  };

  Interface& of(Device& dev);
  void changed(Interface& interface);
  void report(Interface& interface);
  void send(Device& dev, const std::vector<std::uint8_t>& records, std::uint16_t count);

  Stack& host_;
  std::vector<std::unique_ptr<Interface>> interfaces_;
};

}  // namespace lvs::host
