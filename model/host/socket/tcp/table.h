// SPDX-License-Identifier: GPL-2.0-or-later
// The TCP sockets of a host: who has which port and connection, and to whom a segment belongs (kernel:
// inet_hashtables.c, inet_connection_sock.c).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "host/packet/packet.h"
#include "host/socket/base/socket.h"
#include "host/socket/base/transport-table.h"
#include "host/socket/tcp/endpoint.h"

namespace lvs::host {

class TcpTable final : public TransportTable {
 public:
  // Takes TCP of the host over.
  explicit TcpTable(SocketCalls& calls);
  ~TcpTable() override;

  TcpPtr make(SocketUser* user, SocketOwner owner);
  // For listings, in the order made.
  std::vector<const TcpEndpoint*> endpoints() const;

  // --- for the sockets ---
  TcpEndpoint& own(std::unique_ptr<TcpEndpoint> endpoint);
  void retire(TcpEndpoint& endpoint);
  SocketError take_port(TcpEndpoint& endpoint, SocketAddress wanted);
  // For connect(): a port with which the four are new. False: there is none.
  bool choose_connection(TcpSocket& socket);
  void hold_port(TcpEndpoint& endpoint);
  void release_port(TcpEndpoint& endpoint);
  void enter(TcpEndpoint& endpoint);  // among the connections
  void leave(TcpEndpoint& endpoint);
  // A connection in TIME_WAIT takes the place of its socket.
  void inherit(TcpEndpoint& endpoint, bool port_chosen, bool reuse_address, bool reuse_port, std::uint32_t mark);
  bool may_listen(const TcpSocket& socket) const;
  TcpEndpoint* find(const SocketAddress& local, const SocketAddress& remote) const;
  TcpSocket* find_listener(const SocketAddress& local) const;
  void refuse(const TcpIncoming& segment);  // the RST of no socket
  // A SYN for a listener. `cookie`: nothing is kept of it; `iss`: given when TIME_WAIT is left.
  void open_request(TcpSocket& listener, const TcpIncoming& syn, bool cookie, std::optional<std::uint32_t> iss);
  // Kernel: secure_tcp_seq(), secure_tcp_ts_off(): grow with time for the same four, and begin anywhere.
  std::uint32_t first_sequence(const SocketAddress& local, const SocketAddress& remote) const;
  std::uint32_t timestamp_offset(base::Ipv4Addr local, base::Ipv4Addr remote) const;

 private:
  struct Key {
    SocketAddress local, remote;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      std::uint64_t h = (std::uint64_t{key.local.addr.value} << 32 | key.remote.addr.value) * 0x9e3779b97f4a7c15ull;
      h ^= h >> 29;
      h = (h + (std::uint64_t{key.local.port} << 16 | key.remote.port)) * 0xbf58476d1ce4e5b9ull;
      return static_cast<std::size_t>(h ^ h >> 32);
    }
  };

  void deliver(PacketPtr packet) override;
  void error(const Packet& packet, const std::uint8_t* quoted_ip) override;
  bool knows(const std::uint8_t* quoted_ip) const override;
  TcpEndpoint* quoted(const std::uint8_t* quoted_ip) const;
  bool conflict(const TcpEndpoint& endpoint, SocketAddress wanted) const;

  std::vector<std::unique_ptr<TcpEndpoint>> endpoints_;
  std::unordered_map<Key, TcpEndpoint*, KeyHash> connections_;
  std::unordered_map<std::uint16_t, std::vector<TcpEndpoint*>> ports_;  // who holds each, in the order bound
  std::uint64_t secret_;
};

}  // namespace lvs::host
