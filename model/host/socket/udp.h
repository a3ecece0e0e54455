// SPDX-License-Identifier: GPL-2.0-or-later
// UDP sockets (kernel: net/ipv4/udp.c).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/packet/packet.h"
#include "host/socket/base/socket.h"
#include "host/socket/base/transport-table.h"

namespace lvs::host {

class UdpTable;

class UdpSocket final : public SocketBase {
 public:
  // Port 0: the kernel chooses.
  SocketError bind(SocketAddress address);
  // From now on datagrams of this peer only, and its ICMP errors are this socket's.
  SocketError connect(SocketAddress to);
  // `to` of a connected socket may be left empty. again: never; the size is at most 65507 bytes.
  SocketError send(std::string_view data, SocketAddress to = {});

  struct Datagram {
    SocketAddress from;
    base::Ipv4Addr to;  // which of our addresses
    std::string data;
  };
  // Is something there to be received, or an error?
  bool readable() const { return error_ != SocketError::none || !received_.empty(); }
  const Datagram* peek() const { return received_.empty() ? nullptr : &received_.front(); }
  // again: nothing is there. An error comes before what was received.
  SocketError receive(Datagram& datagram);
  SocketError take_error();
  bool failed() const { return error_ != SocketError::none; }
  void close();  // through UdpPtr

  void set_reuse(bool address, bool port) { reuse_address_ = address, reuse_port_ = port; }
  void set_broadcast(bool on) { broadcast_ = on; }
  void set_receive_errors(bool on) { receive_errors_ = on; }  // IP_RECVERR: of passing trouble is told, too
  // IP_MULTICAST_IF and IP_MULTICAST_TTL. Own multicasts never come back: there is no IP_MULTICAST_LOOP.
  void set_multicast(Device* out, std::uint8_t ttl) { multicast_out_ = out, multicast_ttl_ = ttl; }
  void bind_device(Device* dev) { device_ = dev; }  // SO_BINDTODEVICE
  const Device* bound_device() const { return device_; }
  // IP_ADD_MEMBERSHIP; left with the socket.
  SocketError join(base::Ipv4Addr group, Device& dev);

  const SocketAddress& local() const { return local_; }
  const SocketAddress& remote() const { return remote_; }
  bool connected() const { return connected_; }
  std::size_t receive_queue() const { return queued_; }  // bytes, as listings count them

  explicit UdpSocket(UdpTable& sockets);
  ~UdpSocket();

 private:
  friend class UdpTable;
  void take(const Packet& packet);
  void icmp_error(SocketError error);

  UdpTable& sockets_;
  SocketAddress local_, remote_;
  bool connected_ = false, bound_ = false, address_bound_ = false;
  bool reuse_address_ = false, reuse_port_ = false, broadcast_ = false, receive_errors_ = false;
  std::uint16_t ip_id_ = 0;
  std::uint8_t multicast_ttl_ = 1;
  Device* multicast_out_ = nullptr;
  Device* device_ = nullptr;
  std::vector<std::pair<base::Ipv4Addr, std::uint32_t>> groups_;  // and interfaces
  SocketError error_ = SocketError::none;
  std::deque<Datagram> received_;
  std::size_t queued_ = 0;
};

// The UDP sockets of a host: who has which port, and to whom a datagram belongs.
class UdpTable final : public TransportTable {
 public:
  // Takes UDP of the host over.
  explicit UdpTable(SocketCalls& calls);

  UdpPtr make(SocketUser* user, SocketOwner owner);
  // For listings, in the order made.
  std::vector<const UdpSocket*> sockets() const;

  // --- for the sockets ---
  SocketError take_port(UdpSocket& socket, SocketAddress wanted);
  void remove(UdpSocket& socket);

 private:
  void deliver(PacketPtr packet) override;
  void error(const Packet& packet, const std::uint8_t* quoted_ip) override;
  bool knows(const std::uint8_t* quoted_ip) const override { return quoted(quoted_ip) != nullptr; }
  UdpSocket* quoted(const std::uint8_t* quoted_ip) const;
  // `in`: where the datagram has come in, nullptr: anywhere.
  UdpSocket* find(const SocketAddress& local, const SocketAddress& remote, const Device* in = nullptr) const;

  std::vector<std::unique_ptr<UdpSocket>> sockets_;
  std::unordered_map<std::uint16_t, std::vector<UdpSocket*>> ports_;
};

}  // namespace lvs::host
