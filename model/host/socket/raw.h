// SPDX-License-Identifier: GPL-2.0-or-later
// A raw IPv4 socket of one protocol (kernel: net/ipv4/raw.c): whole packets are received, and sent with a header that
// the program has made or that the kernel makes.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/addr.h"
#include "base/timer-wheel.h"
#include "host/env/device.h"
#include "host/socket/base/socket.h"

namespace lvs::host {

class Stack;
class RawProtocol;

class RawSocket {
 public:
  // `user` is told as those of other sockets are; it may be nullptr. Of a protocol that the host has itself (ICMP, TCP,
  // UDP, IPIP) nothing is received.
  RawSocket(Stack& host, std::uint8_t protocol, SocketUser* user);
  // Leaves its groups.
  ~RawSocket();
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  // --- options ---
  void bind_device(Device* dev) { device_ = dev; }         // SO_BINDTODEVICE; nullptr: any
  void bind(base::Ipv4Addr address) { local_ = address; }  // what is not for this address is not received
  void drop_all() { drops_all_ = true; }                   // a filter that keeps nothing of what it receives
  void connect(base::Ipv4Addr peer) { peer_ = peer; }      // what is not from there is not received
  void set_multicast_device(Device* dev) { out_ = dev; }   // IP_MULTICAST_IF
  // IP_MULTICAST_ALL: also packets to groups that another socket has joined. On, as in Linux, unless switched off.
  void set_multicast_all(bool on) { multicast_all_ = on; }
  SocketError join(base::Ipv4Addr group, Device& dev);  // IP_ADD_MEMBERSHIP
  SocketError leave(base::Ipv4Addr group, Device& dev);

  // --- sending ---
  // IP_HDRINCL: `packet` begins with an IP header of 20 bytes or more. Its length and checksum are filled in, and id
  // and source where they are 0 (kernel: raw_send_hdrinc()).
  SocketError send_with_header(std::span<const std::uint8_t> packet);
  struct Header {
    std::uint8_t tos = 0, ttl = 64;  // IP_TOS, IP_TTL (of multicasts: IP_MULTICAST_TTL, 1 unless it is set)
    bool dont_fragment = false;
  };
  SocketError send(base::Ipv4Addr to, std::span<const std::uint8_t> data, const Header& header);

  // --- receiving ---
  struct Received {
    std::vector<std::uint8_t> packet;  // from the IP header on
    std::uint32_t ifindex = 0;
  };
  bool readable() const { return !received_.empty(); }
  // again: nothing is there.
  SocketError receive(Received& received);

  // --- for listings ---
  SocketOwner owner{};
  base::Ipv4Addr local() const { return local_; }
  // Those of a protocol, in the order made.
  static std::vector<const RawSocket*> all_of(const Stack& host, std::uint8_t protocol);

 private:
  friend class RawProtocol;
  struct Wake : base::Timer {
    explicit Wake(RawSocket& whose);
    RawSocket& socket;
  };
  struct Membership {
    base::Ipv4Addr group;
    std::uint32_t ifindex;
  };

  bool wants(const Packet& packet) const;
  void take(const Packet& packet);
  SocketError transmit(PacketPtr packet, base::Ipv4Addr to, base::Ipv4Addr from);
  Device* way_out(base::Ipv4Addr to) const;

  Stack& host_;
  std::uint8_t protocol_;
  SocketUser* user_;
  Device* device_ = nullptr;
  Device* out_ = nullptr;
  base::Ipv4Addr local_, peer_;
  bool multicast_all_ = true, drops_all_ = false;
  std::vector<Membership> groups_;
  std::deque<Received> received_;
  std::size_t queued_ = 0;
  Wake wake_;
  RawProtocol* shared_ = nullptr;
};

}  // namespace lvs::host
