// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP of the host: errors with the kernel's source address, quote and rate limits; echo; what received errors cause
// (kernel: net/ipv4/icmp.c).
#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/addr.h"
#include "base/time.h"
#include "host/packet.h"
#include "trace/drop.h"

namespace lvs::host {

class Host;

class Icmp {
 public:
  explicit Icmp(Host& host) : host_(host) {}

  // Send an error about `about`, a packet received or about to be sent: data() or the network header is its IP header.
  // `rest` is bytes 4 to 7 (the MTU of frag_needed, the gateway of a redirect). Returns why nothing was sent, or
  // Drop::none (kernel: __icmp_send()).
  trace::Drop send_error(const Packet& about, std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0);
  // Local delivery of an ICMP packet: the transport header is set (kernel: icmp_rcv()).
  void receive(PacketPtr packet);
  // Kernel: ip_rt_send_redirect() with its per-peer limits.
  void send_redirect(const Packet& packet, base::Ipv4Addr gateway);

  // Listeners for replies and errors (ping, traceroute, raw sockets): each sees every ICMP packet delivered locally.
  using Listener = void (*)(void* self, const Packet& packet);
  void add_listener(Listener listener, void* self);
  void remove_listener(Listener listener, void* self);

 private:
  struct Peer {  // kernel: inet_peer's token bucket
    double tokens = 0;
    base::Time last{};
    unsigned redirects = 0;
    base::Time last_redirect{};
  };
  bool allowed(base::Ipv4Addr peer, std::uint8_t type);
  void echo(PacketPtr packet);
  void error_received(const Packet& packet);

  Host& host_;
  std::unordered_map<base::Ipv4Addr, Peer> peers_;
  double global_tokens_ = 50;
  base::Time global_last_{};
  std::vector<std::pair<Listener, void*>> listeners_;
};

}  // namespace lvs::host
