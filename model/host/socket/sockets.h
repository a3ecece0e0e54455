// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets of a host: who has which port, to whom a packet belongs, and the programs that wait (kernel:
// inet_hashtables.c, udp.c).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/rng.h"
#include "base/timer-wheel.h"
#include "host/ip/l4.h"
#include "host/packet/packet.h"
#include "host/socket/socket.h"
#include "host/socket/tcp/tcp.h"
#include "host/socket/udp.h"

namespace lvs::host {

class Host;

class Sockets {
 public:
  // Takes TCP and UDP of the host over. The host must live longer.
  explicit Sockets(Host& host);
  ~Sockets();
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  Host& host() { return host_; }
  base::Rng& rng() { return rng_; }
  // `user` may be nullptr: one who looks by itself.
  TcpPtr tcp(SocketUser* user, SocketOwner owner = {});
  UdpPtr udp(SocketUser* user, SocketOwner owner = {});

  // Nothing is sent any more: the host is about to end.
  void fall_silent() { silent_ = true; }

  // For listings, in the order made.
  std::vector<const TcpEndpoint*> tcp_endpoints() const;
  std::vector<const UdpSocket*> udp_sockets() const;

  // --- for the sockets ---

  // Every way into the sockets is one of these: what they send leaves when the outermost is over, and sockets that have
  // ended go then. So no socket is met in the middle of its work, not even by packets to this host itself.
  class Call {
   public:
    explicit Call(Sockets& sockets) : sockets_(sockets) { ++sockets_.calls_; }
    ~Call() {
      if (--sockets_.calls_ == 0) sockets_.end_call();
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Sockets& sockets_;
  };
  void send(PacketPtr packet) {
    if (!silent_) outbox_.push(std::move(packet));
  }
  void tell(SocketBase& socket);
  void forget(SocketBase& socket);  // is not to be told any more

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
  void inherit(TcpEndpoint& endpoint, bool port_chosen, bool reuse_address, bool reuse_port);
  bool may_listen(const TcpSocket& socket) const;
  TcpEndpoint* find(const SocketAddress& local, const SocketAddress& remote) const;
  TcpSocket* find_listener(const SocketAddress& local) const;
  void refuse(const TcpIncoming& segment);  // the RST of no socket
  // A SYN for a listener. `cookie`: its queue is full; `iss`: given when TIME_WAIT is left.
  void open_request(TcpSocket& listener, const TcpIncoming& syn, bool cookie, std::optional<std::uint32_t> iss);
  // Kernel: secure_tcp_seq(), secure_tcp_ts_off(): grow with time for the same four, and begin anywhere.
  std::uint32_t first_sequence(const SocketAddress& local, const SocketAddress& remote) const;
  std::uint32_t timestamp_offset(base::Ipv4Addr local, base::Ipv4Addr remote) const;

  SocketError take_udp_port(UdpSocket& socket, SocketAddress wanted);
  void remove(UdpSocket& socket);

 private:
  class TcpProtocol final : public TransportHandler {
   public:
    explicit TcpProtocol(Sockets& sockets) : sockets_(sockets) {}
    void deliver(PacketPtr packet) override { sockets_.deliver_tcp(std::move(packet)); }
    void error(const Packet& packet, const std::uint8_t* quoted_ip) override { sockets_.tcp_error(packet, quoted_ip); }
    bool knows(const std::uint8_t* quoted_ip) const override { return sockets_.knows_tcp(quoted_ip); }

   private:
    Sockets& sockets_;
  };
  class UdpProtocol final : public TransportHandler {
   public:
    explicit UdpProtocol(Sockets& sockets) : sockets_(sockets) {}
    void deliver(PacketPtr packet) override { sockets_.deliver_udp(std::move(packet)); }
    void error(const Packet& packet, const std::uint8_t* quoted_ip) override { sockets_.udp_error(packet, quoted_ip); }
    bool knows(const std::uint8_t* quoted_ip) const override { return sockets_.quoted_udp(quoted_ip) != nullptr; }

   private:
    Sockets& sockets_;
  };
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
  struct Wake : base::Timer {
    explicit Wake(Sockets& whose);
    Sockets& owner;
  };

  void deliver_tcp(PacketPtr packet);
  void tcp_error(const Packet& packet, const std::uint8_t* quoted_ip);
  TcpEndpoint* quoted_tcp(const std::uint8_t* quoted_ip) const;
  bool knows_tcp(const std::uint8_t* quoted_ip) const;
  void deliver_udp(PacketPtr packet);
  void udp_error(const Packet& packet, const std::uint8_t* quoted_ip);
  UdpSocket* quoted_udp(const std::uint8_t* quoted_ip) const;
  UdpSocket* find_udp(const SocketAddress& local, const SocketAddress& remote) const;
  bool tcp_conflict(const TcpEndpoint& endpoint, SocketAddress wanted) const;
  bool address_usable(base::Ipv4Addr address) const;
  void end_call();
  void tell_users();

  Host& host_;
  TcpProtocol tcp_;
  UdpProtocol udp_;
  TransportHandler* tcp_before_;
  TransportHandler* udp_before_;
  std::vector<std::unique_ptr<TcpEndpoint>> endpoints_;
  std::vector<std::unique_ptr<TcpEndpoint>> ended_;
  std::unordered_map<Key, TcpEndpoint*, KeyHash> connections_;
  std::unordered_map<std::uint16_t, std::vector<TcpEndpoint*>> ports_;  // who holds each, in the order bound
  std::vector<std::unique_ptr<UdpSocket>> udps_;
  std::unordered_map<std::uint16_t, std::vector<UdpSocket*>> udp_ports_;
  std::vector<SocketBase*> to_tell_, telling_;
  PacketQueue outbox_;
  Wake wake_;
  base::Rng rng_;  // of their own: sockets change no other choice of the host
  std::uint64_t secret_;
  std::uint64_t serial_ = 0;
  unsigned calls_ = 0;
  bool flushing_ = false, silent_ = false;
};

}  // namespace lvs::host
