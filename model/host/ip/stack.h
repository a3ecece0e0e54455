// SPDX-License-Identifier: GPL-2.0-or-later
// The way of a packet through a host, and the parts it meets there. Each stage is a function of its own, in the order a
// packet meets them: input.cc, forward.cc, output.cc.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "host/env/env.h"
#include "host/hook/netfilter.h"
#include "host/ip/icmp.h"
#include "host/ip/igmp.h"
#include "host/ip/l4.h"
#include "host/link/arp.h"
#include "host/link/cpu.h"
#include "host/link/egress.h"
#include "host/link/neighbour.h"
#include "host/packet/packet.h"
#include "host/route/fib.h"
#include "trace/event.h"

namespace lvs::host {

class Fragments;  // reassembly; fragment.h
enum class FragmentUser : std::uint8_t;

class Stack : public Env {
 public:
  Stack(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock);

  // --- the outside world ---
  // A frame from the wire; data() is the Ethernet header. Any bytes will do.
  void receive(Device& in, PacketPtr frame);
  // The same for frames that are there together (kernel: one NAPI poll). What tables know of them is fetched ahead, so
  // that the waits for memory overlap. Takes all of them.
  void receive(Device& in, std::span<PacketPtr> frames);
  // Asks memory for what a table knows of a received frame: first where to look (step 0, for the whole batch), then
  // what stands there (step 1). Must not change anything.
  using Prefetch = void (*)(const void* self, const Packet& frame, int step);
  void set_prefetch(Prefetch look, const void* self) { prefetch_ = {look, self}; }
  // Runs what is due; call at the time asked for through Clock::wake_at().
  void advance();
  // Put a raw frame on the wire past the stack (packet sockets, `inject`).
  void transmit_raw(Device& out, PacketPtr frame);
  // After changes from outside, by a command.
  void settled() {
    if (depth_ == 0) tell_settled();
  }

  // --- the packet path, for protocols and hooks; each takes the packet with data() at the IP header ---
  // A packet of our own: routes it unless packet->route is set, then LOCAL_OUT (kernel: ip_queue_xmit(),
  // ip_local_out()).
  void ip_local_out(PacketPtr packet);
  // Route decided, headers final: LOCAL_OUT, output, POST_ROUTING (kernel: __ip_local_out() + dst_output()).
  void ip_output_routed(PacketPtr packet);
  // After FORWARD or LOCAL_OUT: POST_ROUTING, fragmentation, neighbour (kernel: ip_output()).
  void ip_output(PacketPtr packet);
  // An ICMP error about a packet of a tunnel, of which `quoted` is the outer header. False: no tunnel that is up takes
  // it.
  bool ipip_error(const Device* in, std::uint8_t type, std::uint8_t code, const wire::ConstIpv4& quoted);
  // Received by a tunnel: back in at the top as if `dev` had received it (kernel: netif_rx()).
  void reinject(Device& dev, PacketPtr packet);
  // A frame that an interface of this host has sent to another of its own: received after the present packet's way has
  // ended (kernel: the backlog of netif_rx()); data() is the Ethernet header.
  void loop_frame(Device& in, PacketPtr frame);
  // Received by an interface above the one that has it: at once (kernel: netif_receive_skb()).
  // `ours`: whatever MAC address it is for.
  void receive_above(Device& in, PacketPtr frame, bool ours = false) { process_frame(in, std::move(frame), ours); }
  // What a receiver (device.h) leaves to the interface that has it: ARP and IP of that interface itself.
  void deliver_frame(Device& in, PacketPtr frame);
  // Sent by an interface below (kernel: dev_queue_xmit()).
  void transmit_below(Device& out, PacketPtr frame) { egress_.send(out, std::move(frame)); }
  // Local delivery again after a hook changed the destination to this host.
  void ip_local_deliver_finish(PacketPtr packet);
  // Reassembles for a hook: the whole datagram when this was its last piece, else nullptr (kernel: ip_defrag()).
  PacketPtr defragment(PacketPtr fragment, FragmentUser user);
  // What no socket wants: RST or ICMP port unreachable (TCP and UDP).
  void refuse_transport(PacketPtr packet);
  // Runs the chain of a hook from the first entry whose priority is above `after`; false when the packet went no
  // further.
  bool run_hook(Hook hook, PacketPtr& packet, int after = -0x7fffffff - 1);

  void set_transport(std::uint8_t protocol, TransportHandler* handler) { transports_[protocol] = handler; }
  TransportHandler* transport(std::uint8_t protocol) const { return transports_[protocol]; }

  // --- parts ---
  Fib fib;
  NeighbourTable neighbours;
  Arp arp;
  Icmp icmp;
  Igmp igmp;
  Netfilter netfilter;
  Cpu cpu;

 protected:
  ~Stack();

 private:
  void process_frame(Device& in, PacketPtr frame, bool ours = false);
  Device* tagged_receiver(const Device& in, Packet& frame) const;
  void ip_rcv(PacketPtr packet);
  void ip_rcv_finish(PacketPtr packet);
  void ip_local_deliver(PacketPtr packet);
  void ip_forward(PacketPtr packet);
  void ip_output_one(PacketPtr packet);
  void ip_finish_output(PacketPtr packet);
  void ip_fragment(PacketPtr packet, std::uint32_t mtu);
  void ipip_receive(PacketPtr packet);
  void tunnel_transmit(Device& dev, PacketPtr packet);
  void loop_back(PacketPtr packet);
  void ip_error(PacketPtr packet);
  void drain_looped();

  // Work in progress: packets to ourselves wait for its end.
  struct Busy {
    explicit Busy(Stack& host) : host_(host) { ++host_.depth_; }
    ~Busy() {
      if (--host_.depth_ != 0) return;
      if (!host_.looped_.empty()) host_.drain_looped();
      host_.tell_settled();
    }
    Stack& host_;
  };

  Egress egress_;
  std::array<TransportHandler*, 256> transports_{};
  std::unique_ptr<Fragments> fragments_;
  struct {
    Prefetch look = nullptr;
    const void* self = nullptr;
  } prefetch_;
  PacketQueue looped_;  // packets to ourselves, taken up after the present one
  int depth_ = 0;
};

}  // namespace lvs::host
