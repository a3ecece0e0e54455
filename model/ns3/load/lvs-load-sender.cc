// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-load-sender.h"

#include <cstring>

#include "ns3/lvs-load-stats.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace ns3 {

using ::lvs::host::PacketPtr;
using ::lvs::host::Payload;
using ::lvs::wire::IpProto;
using ::lvs::wire::Tcp;
using ::lvs::wire::Udp;

namespace {

constexpr uint16_t kWindow = 65535;

// An IPv4 header with room for `transport` bytes of head behind it. Id and checksum: Host::ip_local_out() and below.
PacketPtr MakePacket(::lvs::host::Host& host, const LvsLoadTuple& flow, IpProto protocol, std::size_t transport,
                     uint32_t payload, bool dontFragment, LvsLoadSender::Front front) {
  PacketPtr packet = ::lvs::host::Packet::create();
  const auto size = static_cast<uint16_t>(::lvs::wire::Ipv4::kMinSize + transport + payload);
  packet->put(::lvs::wire::Ipv4::kMinSize + transport);
  if (!front.empty()) {
    std::memcpy(packet->put(front.size()), front.data(), front.size());
    payload -= static_cast<uint32_t>(front.size());
  }
  const ::lvs::wire::Ipv4 ip{packet->data()};
  ip.init(0, size, host.next_ip_id(), dontFragment ? ::lvs::wire::Ipv4::kDf : 0, 64, protocol, flow.local, flow.remote);
  packet->set_network_header();
  packet->set_transport_header(::lvs::wire::Ipv4::kMinSize);
  packet->payload = Payload::zeros(payload);
  packet->checksum = ::lvs::host::ChecksumState::unnecessary;
  return packet;
}

}  // namespace

LvsLoadTuple LvsLoadTuple::OfReceived(const ::lvs::host::Packet& packet) {
  const ::lvs::wire::ConstIpv4 ip = packet.ip();
  return {ip.dst(), ip.src(), ::lvs::base::load_be16(packet.transport() + 2),
          ::lvs::base::load_be16(packet.transport())};
}

const ::lvs::host::Route& LvsLoadSender::RouteOf(const LvsLoadTuple& flow) {
  const uint32_t hash = (flow.remote.value ^ flow.local.value * 31) * 0x9e3779b1u;
  const uint32_t generation = m_host->fib.generation();
  const CachedRoute& known = m_routes.at(hash);
  if (known.generation == generation && known.remote == flow.remote && known.local == flow.local) return known.route;
  CachedRoute& entry = m_routes.renew(hash, known, generation);
  ::lvs::host::FlowKey key;
  key.dst = flow.remote;
  key.src = flow.local;
  entry = {generation, flow.local, flow.remote, m_host->fib.output(key)};
  return entry.route;
}

void LvsLoadSender::Send(PacketPtr packet, const LvsLoadTuple& flow) {
  packet->route = RouteOf(flow);
  ++m_counters.txPackets;
  m_counters.txBytes += packet->size();
  m_host->ip_local_out(std::move(packet));
}

void LvsLoadSender::SendUdp(const LvsLoadTuple& flow, uint16_t ipLength, Front front) {
  const auto length = static_cast<uint16_t>(ipLength - ::lvs::wire::Ipv4::kMinSize);
  PacketPtr packet = MakePacket(*m_host, flow, IpProto::udp, Udp::kSize, length - static_cast<uint32_t>(Udp::kSize),
                                m_dontFragment, front);
  const Udp udp{packet->transport()};
  udp.init(flow.localPort, flow.remotePort, length);
  const auto sum = ::lvs::wire::sum_pseudo_header(flow.local, flow.remote, 17, length) + flow.localPort +
                   flow.remotePort + length + ::lvs::wire::sum_bytes(front);
  const uint16_t checksum = ::lvs::wire::checksum_of(sum);
  udp.set_checksum(checksum == 0 ? 0xffff : checksum);
  Send(std::move(packet), flow);
}

void LvsLoadSender::SendTcp(const LvsLoadTuple& flow, uint32_t seq, uint32_t ack, uint8_t flags, uint16_t payload,
                            uint16_t mss, Front front) {
  const unsigned header = Tcp::kMinSize + (mss != 0 ? 4 : 0);
  PacketPtr packet = MakePacket(*m_host, flow, IpProto::tcp, header, payload, true, front);
  const Tcp tcp{packet->transport()};
  tcp.init(flow.localPort, flow.remotePort, seq, ack, flags, kWindow, header);
  if (mss != 0) ::lvs::base::store_be32(tcp.p + Tcp::kMinSize, 0x02040000u | mss);
  const auto sum = ::lvs::wire::sum_pseudo_header(flow.local, flow.remote, 6, header + payload) +
                   ::lvs::wire::sum_bytes({tcp.p, header + front.size()});
  tcp.set_checksum(::lvs::wire::checksum_of(sum));
  Send(std::move(packet), flow);
}

}  // namespace ns3
