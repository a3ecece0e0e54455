// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP of the host: errors with the kernel's source address, quote and rate limits; echo; what received errors cause
// (kernel: net/ipv4/icmp.c).
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "host/packet/packet.h"
#include "trace/drop.h"

namespace lvs::host {

class Stack;
struct EchoedOptions;

// Whether an error carries the IP options of the packet it is about.
enum class ErrorOptions : std::uint8_t { echoed, none };

class Icmp {
 public:
  explicit Icmp(Stack& host) : host_(host) {}

  // Send an error about `about`, a packet received or about to be sent: its network header is its IP header. `rest` is
  // bytes 4 to 7 (the MTU of frag_needed, the gateway of a redirect). Returns why nothing was sent, or Drop::none
  // (kernel: __icmp_send()).
  trace::Drop send_error(const Packet& about, std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0,
                         ErrorOptions echo = ErrorOptions::echoed);
  // The unreachable error of a router that has no way for `about`: one a second to each source beside the limits of all
  // errors (kernel: ip_error()).
  trace::Drop send_no_route(const Packet& about, std::uint8_t code);
  // Host unreachable about what waited for a link that failed (kernel: ipv4_link_failure()).
  void send_link_failure(Packet& about);
  // Local delivery of an ICMP packet: the transport header is set (kernel: icmp_rcv()).
  void receive(PacketPtr packet);
  // Kernel: ip_rt_send_redirect() with its per-peer limits.
  void send_redirect(const Packet& packet, base::Ipv4Addr gateway);

  // Listeners for replies and errors (ping, traceroute, raw sockets): each sees every ICMP packet delivered locally.
  using Listener = void (*)(void* self, const Packet& packet);
  void add_listener(Listener listener, void* self);
  void remove_listener(Listener listener, void* self);

 private:
  using Jiffies = std::int64_t;
  struct Peer {  // kernel: inet_peer's token bucket, shared by errors and redirects
    Jiffies tokens = 0;
    Jiffies last = 0;
    unsigned redirects = 0;
  };
  static constexpr std::size_t kMaxPeers = 65536 + 128;  // kernel: inet_peer_threshold

  Jiffies jiffies() const;
  Peer& peer(base::Ipv4Addr addr);
  bool globally_allowed(std::uint8_t type, std::uint8_t code, bool& limited);
  bool allowed_to(base::Ipv4Addr to, const Device* out);
  PacketPtr make_error(const Packet& about, std::uint32_t quote, const EchoedOptions& options) const;
  trace::Drop refused(const Packet& about, std::uint8_t type, std::uint8_t code, trace::Drop why);

  void tell_listeners(const Packet& packet);
  void echo(PacketPtr packet);
  void timestamp(PacketPtr packet);
  void reply(PacketPtr packet, std::uint8_t type, std::uint8_t code);
  trace::Drop error_received(Packet& packet);
  void redirect_received(const Packet& packet, const std::uint8_t* quoted_ip);

  Stack& host_;
  std::unordered_map<base::Ipv4Addr, Peer> peers_;
  std::int64_t global_credit_ = 0;
  Jiffies global_stamp_ = -1'000'000;                  // long ago: the first error finds a full bucket
  std::vector<std::pair<Listener, void*>> listeners_;  // nullptr: taken off while being told
  unsigned telling_ = 0;
};

}  // namespace lvs::host
