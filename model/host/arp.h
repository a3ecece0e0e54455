// SPDX-License-Identifier: GPL-2.0-or-later
// ARP: receiving, answering, asking (kernel: net/ipv4/arp.c).
#pragma once

#include "base/addr.h"
#include "host/device.h"
#include "host/neighbour.h"
#include "host/packet.h"
#include "wire/arp.h"

namespace lvs::host {

class Host;

class Arp {
 public:
  explicit Arp(Host& host) : host_(host) {}

  // A frame of type ARP; data() is the Ethernet header (kernel: arp_rcv(), arp_process()).
  void receive(Device& in, PacketPtr frame);
  // Ask for a neighbour: broadcast, or unicast to its old MAC while probing. `cause`: the packet that waits for the answer,
  // nullptr for a probe (kernel: arp_solicit(); arp_announce chooses the sender).
  void solicit(Neighbour& entry, const Packet* cause, bool unicast);
  // Gratuitous requests for every address of the device (kernel: inetdev_send_gratuitous_arp()).
  void announce(Device& dev);
  // Put an ARP packet on the wire as it is (arping, VRRP).
  void send(Device& dev, const wire::Arp& arp, const base::MacAddr& destination, trace::WalkId walk);

  // arptables: both hooks, in order. Accept when nobody registered.
  enum class Direction : std::uint8_t { in, out };
  struct Filter {
    // May change `arp` (mangle). False: drop.
    bool (*function)(void* self, Direction direction, const Device& dev, wire::Arp& arp, base::MacAddr& src,
                     base::MacAddr& dst) = nullptr;
    void* self = nullptr;
  };
  void set_filter(Filter filter) { filter_ = filter; }

  // Somebody in this host listens to ARP packets (arping): called for each one received, before it is processed.
  using Tap = void (*)(void* self, Device& in, const wire::Arp& arp, const Packet& frame);
  void set_tap(Tap tap, void* self) {
    tap_ = tap;
    tap_self_ = self;
  }

 private:
  void process(Device& in, const wire::Arp& arp, Packet& frame);
  void reply(Device& in, const wire::Arp& request, const Packet& frame);

  Host& host_;
  Filter filter_;
  Tap tap_ = nullptr;
  void* tap_self_ = nullptr;
};

}  // namespace lvs::host
