// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/udp.h"

#include <algorithm>

#include "host/ip/refuse.h"
#include "host/ip/stack.h"
#include "host/socket/base/receive-buffer.h"
#include "host/socket/base/route-error.h"
#include "wire/icmp.h"
#include "wire/udp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;
using wire::Ipv4;
using wire::Udp;

namespace {

constexpr std::size_t kMostData = 65507;
constexpr std::uint8_t kUdp = 17;

}  // namespace

UdpSocket::UdpSocket(UdpTable& sockets) : sockets_(sockets) {
  discovers_mtu = sockets.host().sysctls.get(Ipv4Key::ip_no_pmtu_disc) == 0;
}
UdpSocket::~UdpSocket() {
  Stack& host = sockets_.host();
  for (const auto& [group, ifindex] : groups_)
    if (Device* const dev = host.device_by_index(ifindex)) host.igmp.leave(*dev, group);
}

SocketError UdpSocket::join(base::Ipv4Addr group, Device& dev) {
  if (!group.is_multicast()) return SocketError::invalid;
  if (std::ranges::find(groups_, std::pair(group, dev.index())) != groups_.end()) return SocketError::in_use;
  groups_.emplace_back(group, dev.index());
  sockets_.host().igmp.join(dev, group);
  return SocketError::none;
}

void SocketCloser::operator()(UdpSocket* socket) const { socket->close(); }

SocketError UdpSocket::bind(SocketAddress address) {
  if (bound_) return SocketError::invalid;
  address_bound_ = !address.addr.is_any();
  return sockets_.take_port(*this, address);
}

SocketError UdpSocket::connect(SocketAddress to) {
  if (to.addr.is_any()) to.addr = base::Ipv4Addr::of(127, 0, 0, 1);
  const Device* const out = device_ == nullptr && to.addr.is_multicast() ? multicast_out_ : device_;
  const Route route = sockets_.host().fib.output({.dst = to.addr,
                                                  .src = address_bound_ ? local_.addr : base::Ipv4Addr{},
                                                  .out = out,
                                                  .protocol = kUdp,
                                                  .sport = local_.port,
                                                  .dport = to.port});
  if (const SocketError error = error_of(route); error != SocketError::none) return error;
  if (route.type == RouteType::broadcast && !broadcast_) return SocketError::access;
  if (!bound_) {
    if (const SocketError error = sockets_.take_port(*this, {}); error != SocketError::none) return error;
  }
  if (!address_bound_) local_.addr = route.src;
  remote_ = to;
  connected_ = true;
  ip_id_ = static_cast<std::uint16_t>(sockets_.rng().next());
  return SocketError::none;
}

// Kernel: udp_sendmsg(), __ip_make_skb().
SocketError UdpSocket::send(std::string_view data, SocketAddress to) {
  if (error_ != SocketError::none) return take_error();
  if (to.port == 0) {
    if (!connected_) return SocketError::not_connected;
    to = remote_;
  }
  if (data.size() > kMostData) return SocketError::message_size;
  if (!bound_) {
    if (const SocketError error = sockets_.take_port(*this, {}); error != SocketError::none) return error;
  }
  Stack& host = sockets_.host();
  if (to.addr.is_any()) to.addr = base::Ipv4Addr::of(127, 0, 0, 1);
  const bool multicast = to.addr.is_multicast();
  const Device* const out = device_ == nullptr && multicast ? multicast_out_ : device_;
  const Route route = host.fib.output(
      {.dst = to.addr, .src = local_.addr, .out = out, .protocol = kUdp, .sport = local_.port, .dport = to.port});
  if (const SocketError error = error_of(route); error != SocketError::none) return error;
  if (route.type == RouteType::broadcast && !broadcast_) return SocketError::access;

  const SocketCalls::Call call(sockets_.calls());
  const base::Ipv4Addr from = local_.addr.is_any() ? route.src : local_.addr;
  const auto size = static_cast<std::uint16_t>(Udp::kSize + data.size());
  PacketPtr packet = Packet::create();
  std::uint8_t* const bytes = packet->put(Ipv4::kMinSize + Udp::kSize);
  const bool df = must_not_fragment(route) && Ipv4::kMinSize + size <= route.mtu;
  const int ttl = route.type == RouteType::multicast ? multicast_ttl_ : host.sysctls.get(Ipv4Key::ip_default_ttl);
  Ipv4{bytes}.init(0, static_cast<std::uint16_t>(Ipv4::kMinSize + size), connected_ ? ip_id_++ : host.next_ip_id(),
                   df ? Ipv4::kDf : std::uint16_t{0}, static_cast<std::uint8_t>(ttl), wire::IpProto::udp, from,
                   to.addr);
  const Udp udp{bytes + Ipv4::kMinSize};
  udp.init(local_.port, to.port, size);
  packet->payload = Payload::copy_of({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()});
  wire::Sum sum = wire::sum_pseudo_header(from, to.addr, 17, size);
  sum = wire::sum_add(sum, wire::sum_bytes({udp.p, Udp::kSize}));
  if (!packet->payload.empty()) sum = wire::sum_add(sum, packet->payload.sum());
  const std::uint16_t checksum = wire::checksum_of(sum);
  base::store_be16(udp.p + Udp::kChecksumOffset, checksum == 0 ? 0xffff : checksum);
  packet->checksum = ChecksumState::unnecessary;
  packet->ignore_df = true;
  packet->route = route;
  sockets_.send(std::move(packet));
  return SocketError::none;
}

SocketError UdpSocket::receive(Datagram& datagram) {
  if (error_ != SocketError::none) return take_error();
  if (received_.empty()) return SocketError::again;
  datagram = std::move(received_.front());
  received_.pop_front();
  queued_ -= datagram.data.size() + kOverhead;
  return SocketError::none;
}

SocketError UdpSocket::take_error() {
  const SocketError error = error_;
  error_ = SocketError::none;
  return error;
}

void UdpSocket::close() {
  sockets_.forget(*this);
  sockets_.remove(*this);
}

void UdpSocket::take(const Packet& packet) {
  const wire::ConstUdp udp{packet.transport()};
  Datagram datagram{{packet.ip().src(), udp.sport()}, packet.ip().dst(), {}};
  datagram.data.resize(packet.transport_size() - Udp::kSize);
  packet.read(static_cast<std::uint32_t>(packet.transport_offset() + Udp::kSize),
              {reinterpret_cast<std::uint8_t*>(datagram.data.data()), datagram.data.size()});
  queued_ += datagram.data.size() + kOverhead;
  received_.push_back(std::move(datagram));
  sockets_.tell(*this);
}

void UdpSocket::icmp_error(SocketError error) {
  error_ = error;
  sockets_.tell(*this);
}

// --- the sockets of a host ---

UdpTable::UdpTable(SocketCalls& calls) : TransportTable(calls, wire::IpProto::udp) {}

UdpPtr UdpTable::make(SocketUser* user, SocketOwner owner) {
  auto socket = std::make_unique<UdpSocket>(*this);
  socket->user = user;
  socket->owner = owner;
  sockets_.push_back(std::move(socket));
  return UdpPtr(sockets_.back().get());
}

std::vector<const UdpSocket*> UdpTable::sockets() const {
  std::vector<const UdpSocket*> result;
  for (const auto& socket : sockets_) result.push_back(socket.get());
  return result;
}

// Kernel: udp_lib_get_port().
SocketError UdpTable::take_port(UdpSocket& socket, SocketAddress wanted) {
  if (!calls_.address_usable(wanted.addr)) return SocketError::not_available;
  const auto taken = [&](std::uint16_t port) {
    const auto holders = ports_.find(port);
    return holders != ports_.end() && std::ranges::any_of(holders->second, [&](const UdpSocket* other) {
             const bool apart =
                 other->local_.addr != wanted.addr && !other->local_.addr.is_any() && !wanted.addr.is_any();
             const bool shared =
                 (socket.reuse_address_ && other->reuse_address_) || (socket.reuse_port_ && other->reuse_port_);
             return !apart && !shared;
           });
  };
  const auto [first_port, last_port] = host().sysctls.local_ports;
  const auto ports = static_cast<std::uint32_t>(last_port - first_port + 1);
  if (wanted.port == 0) {
    const std::uint32_t start = rng().below(ports);
    for (std::uint32_t i = 0; i < ports && wanted.port == 0; ++i) {
      const auto port = static_cast<std::uint16_t>(static_cast<std::uint32_t>(first_port) + (start + i) % ports);
      if (!host().sysctls.reserved(port) && !taken(port)) wanted.port = port;
    }
    if (wanted.port == 0) return SocketError::in_use;
  } else if (taken(wanted.port)) {
    return SocketError::in_use;
  }
  socket.local_ = wanted;
  socket.bound_ = true;
  ports_[wanted.port].push_back(&socket);
  return SocketError::none;
}

void UdpTable::remove(UdpSocket& socket) {
  if (socket.bound_) {
    const auto holders = ports_.find(socket.local_.port);
    std::erase(holders->second, &socket);
    if (holders->second.empty()) ports_.erase(holders);
  }
  std::erase_if(sockets_, [&](const auto& each) { return each.get() == &socket; });
}

// The best fit (kernel: compute_score()); of equals the first.
UdpSocket* UdpTable::find(const SocketAddress& local, const SocketAddress& remote, const Device* in) const {
  const auto holders = ports_.find(local.port);
  if (holders == ports_.end()) return nullptr;
  UdpSocket* best = nullptr;
  int most = -1;
  for (UdpSocket* socket : holders->second) {
    int score = 0;
    if (in != nullptr && socket->device_ != nullptr) {
      if (socket->device_ != in) continue;
      score += 4;
    }
    if (!socket->local_.addr.is_any()) {
      if (socket->local_.addr != local.addr) continue;
      score += 4;
    }
    if (socket->connected_) {
      if (socket->remote_ != remote) continue;
      score += 8;
    }
    if (score > most) {
      most = score;
      best = socket;
    }
  }
  return best;
}

// Kernel: __udp4_lib_rcv().
void UdpTable::deliver(PacketPtr packet) {
  const SocketCalls::Call call(calls_);
  if (const Drop bad = check_udp(*packet); bad != Drop::none) return host_.drop(std::move(packet), bad, Stage::socket);
  const Udp udp{packet->transport()};
  const SocketAddress local{packet->ip().dst(), udp.dport()}, remote{packet->ip().src(), udp.sport()};
  const auto full = [](const UdpSocket& socket) { return socket.queued_ > kReceiveBuffer; };
  if (packet->route.type != RouteType::local) {  // everybody who listens gets broadcasts
    bool taken = false;
    const auto holders = ports_.find(local.port);
    if (holders != ports_.end()) {
      for (UdpSocket* socket : holders->second) {
        const bool fits = (socket->local_.addr.is_any() || socket->local_.addr == local.addr) &&
                          (!socket->connected_ || socket->remote_ == remote) &&
                          (socket->device_ == nullptr || socket->device_ == packet->in);
        if (!fits || full(*socket)) continue;
        socket->take(*packet);
        taken = true;
      }
    }
    if (!taken) host_.drop(std::move(packet), Drop::no_socket, Stage::socket);
    return;
  }
  UdpSocket* const socket = find(local, remote, packet->in);
  if (socket == nullptr) return host_.refuse_transport(std::move(packet));
  if (full(*socket)) return host_.drop(std::move(packet), Drop::socket_rcvbuff, Stage::socket);
  socket->take(*packet);
}

UdpSocket* UdpTable::quoted(const std::uint8_t* quoted_ip) const {
  const wire::ConstIpv4 ip{quoted_ip};
  const std::uint8_t* const ports = quoted_ip + ip.header_size();
  return find({ip.src(), base::load_be16(ports)}, {ip.dst(), base::load_be16(ports + 2)});
}

// Kernel: __udp4_lib_err().
void UdpTable::error(const Packet& packet, const std::uint8_t* quoted_ip) {
  UdpSocket* const socket = quoted(quoted_ip);
  if (socket == nullptr) return;
  const SocketCalls::Call call(calls_);
  const wire::ConstIcmp icmp{packet.transport()};
  UnreachableMeaning meaning{SocketError::host_unreachable, false};  // time exceeded
  switch (icmp.type()) {
    case wire::Icmp::time_exceeded: break;
    case wire::Icmp::parameter_problem: meaning = {SocketError::protocol, true}; break;
    case wire::Icmp::dest_unreach:
      meaning = meaning_of_unreachable(icmp.code());
      if (icmp.code() == wire::Icmp::frag_needed) meaning.fatal = true;
      break;
    default: return;
  }
  if (socket->receive_errors_ || (meaning.fatal && socket->connected_)) socket->icmp_error(meaning.error);
}

}  // namespace lvs::host
