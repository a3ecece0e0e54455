// SPDX-License-Identifier: GPL-2.0-or-later
// ARP: receiving, answering, asking (kernel: net/ipv4/arp.c).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/timer-wheel.h"
#include "host/env/env.h"
#include "host/link/arp-policy.h"
#include "host/link/neighbour.h"
#include "host/packet/packet.h"
#include "host/route/fib.h"
#include "wire/arp.h"

namespace lvs::host {

class Egress;

class Arp {
 public:
  Arp(Env& env, Fib& fib, NeighbourTable& neighbours, Egress& egress);

  // A frame of type ARP; data() is the Ethernet header (kernel: arp_rcv(), arp_process()).
  void receive(Device& in, PacketPtr frame);
  // Ask for a neighbour: broadcast, or unicast to its old MAC while probing. `cause`: the packet that waits for the
  // answer, nullptr for a probe (kernel: arp_solicit(); arp_announce chooses the sender).
  void solicit(Neighbour& entry, const Packet* cause, bool unicast);
  // Gratuitous requests for every address of the device (kernel: inetdev_send_gratuitous_arp()). The caller has asked
  // arp_notify.
  void announce(Device& dev);
  // Put an ARP packet on the wire as it is (arping, VRRP).
  void send(Device& dev, const wire::Arp& arp, const base::MacAddr& destination, trace::WalkId walk);
  // Forget the requests that proxy ARP means to answer later (kernel: pneigh_queue_purge()).
  void forget_delayed();

  // arptables: both hooks, in order. Accept when nobody registered.
  enum class Direction : std::uint8_t { in, out };
  struct Filter {
    // May change `arp` (mangle). False: drop, as `decided_by` says.
    bool (*function)(void* self, Direction direction, const Device& dev, wire::Arp& arp,
                     std::string& decided_by) = nullptr;
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
  struct DelayTimer : base::Timer {
    using base::Timer::Timer;
    Arp* owner = nullptr;
  };
  struct Delayed {
    base::Time due;
    Device* in;
    wire::Arp arp;
    PacketPtr frame;
  };

  void process(Device& in, const wire::Arp& arp, PacketPtr frame, bool delayed);
  bool answer_for_local(Device& in, const wire::Arp& arp, const Packet& frame, trace::Why& refusal);
  bool may_proxy(const Device& in, const wire::Arp& arp, const Device& out) const;
  void answer_for_other(Device& in, const wire::Arp& arp, PacketPtr frame, bool delayed);
  bool delay(Device& in, const wire::Arp& arp, PacketPtr& frame);
  trace::Why learn(Device& in, const wire::Arp& arp, const Packet& frame);
  bool enter_sender(Device& in, const wire::Arp& arp, trace::WalkId walk);
  void reply(Device& in, const wire::Arp& request, trace::WalkId walk);
  void emit(Device& dev, wire::Arp arp, const base::MacAddr& destination, trace::WalkId walk, const trace::Why& why);
  std::span<const LocalAddr> local_addresses();
  static void on_delay(base::Timer& timer);
  void answer_delayed();

  Env& env_;
  Fib& fib_;
  NeighbourTable& neighbours_;
  Egress& egress_;
  Filter filter_;
  Tap tap_ = nullptr;
  void* tap_self_ = nullptr;
  std::vector<LocalAddr> ours_;  // kept for its memory
  std::vector<Delayed> delayed_;
  DelayTimer delay_timer_;
};

}  // namespace lvs::host
