// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/raw.h"

#include <algorithm>

#include "base/bytes.h"
#include "host/ip/stack.h"
#include "host/socket/base/receive-buffer.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;
using wire::Ipv4;

// The raw sockets of one protocol of a host; there as long as there is one (kernel: raw_v4_hashinfo).
class RawProtocol final : public TransportHandler {
 public:
  RawProtocol(Stack& host, std::uint8_t protocol) : host_(host), protocol_(protocol) {
    host.set_transport(protocol, this);
  }
  ~RawProtocol() override { host_.set_transport(protocol_, nullptr); }
  RawProtocol(const RawProtocol&) = delete;
  RawProtocol& operator=(const RawProtocol&) = delete;

  void deliver(PacketPtr packet) override {
    bool taken = false;
    for (RawSocket* const socket : sockets) {
      if (!socket->wants(*packet)) continue;
      socket->take(*packet);
      taken = true;
    }
    if (taken) return;
    host_.icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::prot_unreach);
    host_.drop(std::move(packet), Drop::ip_noproto, Stage::socket);
  }
  void error(const Packet&, const std::uint8_t*) override {}
  bool knows(const std::uint8_t*) const override { return true; }

  std::vector<RawSocket*> sockets;

 private:
  Stack& host_;
  std::uint8_t protocol_;
};

RawSocket::Wake::Wake(RawSocket& whose)
    : base::Timer([](base::Timer& timer) {
        const RawSocket& woken = static_cast<Wake&>(timer).socket;
        if (woken.user_ != nullptr) woken.user_->socket_ready();
      }),
      socket(whose) {}

RawSocket::RawSocket(Stack& host, std::uint8_t protocol, SocketUser* user)
    : host_(host), protocol_(protocol), user_(user), wake_(*this) {
  TransportHandler* const there = host.transport(protocol);
  shared_ = dynamic_cast<RawProtocol*>(there);
  if (shared_ == nullptr && there == nullptr) shared_ = new RawProtocol(host, protocol);
  if (shared_ != nullptr) shared_->sockets.push_back(this);
}

std::vector<const RawSocket*> RawSocket::all_of(const Stack& host, std::uint8_t protocol) {
  const auto* const shared = dynamic_cast<const RawProtocol*>(host.transport(protocol));
  if (shared == nullptr) return {};
  return {shared->sockets.begin(), shared->sockets.end()};
}

RawSocket::~RawSocket() {
  for (const Membership& each : groups_)
    if (Device* const dev = host_.device_by_index(each.ifindex)) host_.igmp.leave(*dev, each.group);
  host_.cancel(wake_);
  if (shared_ == nullptr) return;
  std::erase(shared_->sockets, this);
  if (shared_->sockets.empty()) delete shared_;
}

SocketError RawSocket::join(base::Ipv4Addr group, Device& dev) {
  if (!group.is_multicast()) return SocketError::invalid;
  for (const Membership& each : groups_)
    if (each.group == group && each.ifindex == dev.index()) return SocketError::in_use;
  groups_.push_back({group, dev.index()});
  host_.igmp.join(dev, group);
  return SocketError::none;
}

SocketError RawSocket::leave(base::Ipv4Addr group, Device& dev) {
  const auto gone = std::erase_if(
      groups_, [&](const Membership& each) { return each.group == group && each.ifindex == dev.index(); });
  if (gone == 0) return SocketError::not_available;
  host_.igmp.leave(dev, group);
  return SocketError::none;
}

// Kernel: raw_v4_match() and ip_mc_sf_allow().
bool RawSocket::wants(const Packet& packet) const {
  const wire::ConstIpv4 ip = packet.ip();
  if (device_ != nullptr && packet.in != device_) return false;
  if (!local_.is_any() && ip.dst() != local_) return false;
  if (!peer_.is_any() && ip.src() != peer_) return false;
  if (!ip.dst().is_multicast() || multicast_all_) return true;
  return std::ranges::any_of(groups_, [&](const Membership& each) {
    return each.group == ip.dst() && packet.in != nullptr && each.ifindex == packet.in->index();
  });
}

void RawSocket::take(const Packet& packet) {
  if (drops_all_) return;
  if (queued_ > kReceiveBuffer) return;
  Received received{std::vector<std::uint8_t>(packet.size()), packet.in == nullptr ? 0 : packet.in->index()};
  packet.copy_to(received.packet);
  queued_ += received.packet.size() + kOverhead;
  received_.push_back(std::move(received));
  if (!wake_.armed()) host_.arm_exactly(wake_, host_.now() + kWakeUp);
}

SocketError RawSocket::receive(Received& received) {
  if (received_.empty()) return SocketError::again;
  received = std::move(received_.front());
  received_.pop_front();
  queued_ -= received.packet.size() + kOverhead;
  return SocketError::none;
}

Device* RawSocket::way_out(base::Ipv4Addr to) const {
  if (device_ != nullptr) return device_;
  return to.is_multicast() ? out_ : nullptr;
}

SocketError RawSocket::transmit(PacketPtr packet, base::Ipv4Addr to, base::Ipv4Addr from) {
  const Route route = host_.fib.output({.dst = to, .src = from, .out = way_out(to), .any_source = true});
  switch (route.type) {
    case RouteType::unicast:
    case RouteType::local:
    case RouteType::broadcast:
    case RouteType::multicast: break;
    default: return SocketError::net_unreachable;
  }
  const Ipv4 ip{packet->data()};
  if (ip.src().is_any()) ip.set_src(route.src);
  if (packet->size() > route.mtu && (ip.dont_fragment() || ip.id() == 0)) return SocketError::message_size;
  ip.refresh_checksum();
  packet->checksum = ChecksumState::unnecessary;
  packet->route = route;
  host_.ip_local_out(std::move(packet));
  return SocketError::none;
}

SocketError RawSocket::send_with_header(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < Ipv4::kMinSize || bytes.size() > 0xffff) return SocketError::invalid;
  const std::size_t header = (bytes[0] & 15u) * 4;
  if (bytes[0] >> 4 != 4 || header < Ipv4::kMinSize || header > bytes.size()) return SocketError::invalid;
  PacketPtr packet = Packet::create();
  std::uint8_t* const head = packet->put(header);
  std::ranges::copy(bytes.first(header), head);
  packet->payload = Payload::copy_of(bytes.subspan(header));
  const Ipv4 ip{head};
  ip.set_total_length(static_cast<std::uint16_t>(bytes.size()));
  if (ip.id() == 0 && !ip.dont_fragment()) base::store_be16(head + 4, host_.next_ip_id());
  return transmit(std::move(packet), ip.dst(), ip.src());
}

SocketError RawSocket::send(base::Ipv4Addr to, std::span<const std::uint8_t> data, const Header& header) {
  if (data.size() + Ipv4::kMinSize > 0xffff) return SocketError::message_size;
  PacketPtr packet = Packet::create();
  std::uint8_t* const head = packet->put(Ipv4::kMinSize);
  Ipv4{head}.init(header.tos, static_cast<std::uint16_t>(Ipv4::kMinSize + data.size()),
                  header.dont_fragment ? std::uint16_t{0} : host_.next_ip_id(),
                  header.dont_fragment ? Ipv4::kDf : std::uint16_t{0}, header.ttl,
                  static_cast<wire::IpProto>(protocol_), local_, to);
  packet->payload = Payload::copy_of(data);
  return transmit(std::move(packet), to, local_);
}

}  // namespace lvs::host
