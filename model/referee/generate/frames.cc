// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/generate/frames.h"

#include <algorithm>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::referee {
namespace {

std::uint16_t transport_checksum(const IpFields& ip, std::uint8_t protocol, const Bytes& bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return wire::checksum_of(
      wire::sum_add(wire::sum_pseudo_header(ip.src, ip.dst, protocol, size), wire::sum_bytes(bytes)));
}

}  // namespace

Bytes tcp_bytes(const IpFields& ip, const TcpFields& fields, std::string_view data) {
  const std::size_t header = wire::Tcp::kMinSize + (fields.mss != 0 ? 4 : 0);
  Bytes bytes(header + data.size());
  const wire::Tcp tcp{bytes.data()};
  tcp.init(fields.sport, fields.dport, fields.seq, fields.ack, fields.flags, 64240, static_cast<unsigned>(header));
  if (fields.mss != 0) {
    bytes[20] = 2;
    bytes[21] = 4;
    base::store_be16(&bytes[22], fields.mss);
  }
  std::ranges::copy(data, bytes.begin() + static_cast<std::ptrdiff_t>(header));
  tcp.set_checksum(transport_checksum(ip, static_cast<std::uint8_t>(wire::IpProto::tcp), bytes));
  return bytes;
}

Bytes udp_bytes(const IpFields& ip, std::uint16_t sport, std::uint16_t dport, std::string_view data, bool checksum) {
  Bytes bytes(wire::Udp::kSize + data.size());
  const wire::Udp udp{bytes.data()};
  udp.init(sport, dport, static_cast<std::uint16_t>(bytes.size()));
  std::ranges::copy(data, bytes.begin() + wire::Udp::kSize);
  if (!checksum) return bytes;
  const std::uint16_t sum = transport_checksum(ip, static_cast<std::uint8_t>(wire::IpProto::udp), bytes);
  udp.set_checksum(sum == 0 ? 0xffff : sum);
  return bytes;
}

Bytes echo_bytes(std::uint16_t id, std::uint16_t seq, std::string_view data) {
  Bytes bytes(wire::Icmp::kSize + data.size());
  const wire::Icmp icmp{bytes.data()};
  icmp.init(wire::Icmp::echo, 0, std::uint32_t{id} << 16 | seq);
  std::ranges::copy(data, bytes.begin() + wire::Icmp::kSize);
  icmp.set_checksum(wire::checksum_of(wire::sum_bytes(bytes)));
  return bytes;
}

Bytes error_bytes(std::uint8_t type, std::uint8_t code, std::uint32_t rest, std::span<const std::uint8_t> quoted) {
  Bytes bytes(wire::Icmp::kSize + quoted.size());
  const wire::Icmp icmp{bytes.data()};
  icmp.init(type, code, rest);
  std::ranges::copy(quoted, bytes.begin() + wire::Icmp::kSize);
  icmp.set_checksum(wire::checksum_of(wire::sum_bytes(bytes)));
  return bytes;
}

Bytes ip_bytes(const IpFields& fields, std::uint8_t protocol, std::span<const std::uint8_t> payload, unsigned offset,
               bool more) {
  const std::size_t header = wire::Ipv4::kMinSize + fields.options.size();
  Bytes packet(header + payload.size());
  const auto flags = static_cast<std::uint16_t>(offset / 8 | (more ? wire::Ipv4::kMf : 0) |
                                                (fields.dont_fragment ? wire::Ipv4::kDf : 0));
  const wire::Ipv4 ip{packet.data()};
  ip.init(fields.tos, static_cast<std::uint16_t>(packet.size()), fields.id, flags, fields.ttl,
          static_cast<wire::IpProto>(protocol), fields.src, fields.dst);
  packet[0] = static_cast<std::uint8_t>(0x40 | header / 4);
  std::ranges::copy(fields.options, packet.begin() + wire::Ipv4::kMinSize);
  ip.refresh_checksum();
  std::ranges::copy(payload, packet.begin() + static_cast<std::ptrdiff_t>(header));
  return packet;
}

Bytes ip_frame(const base::MacAddr& dst, const base::MacAddr& src, const IpFields& fields, std::uint8_t protocol,
               std::span<const std::uint8_t> payload, unsigned offset, bool more) {
  Bytes frame(wire::Ethernet::kSize);
  wire::Ethernet{frame.data()}.set(dst, src, wire::EtherType::ipv4);
  const Bytes packet = ip_bytes(fields, protocol, payload, offset, more);
  frame.insert(frame.end(), packet.begin(), packet.end());
  return frame;
}

Bytes arp_frame(const base::MacAddr& dst, const base::MacAddr& sender_mac, base::Ipv4Addr sender, base::Ipv4Addr target,
                bool reply) {
  Bytes frame(wire::Ethernet::kSize + wire::Arp::kSize);
  wire::Ethernet{frame.data()}.set(dst, sender_mac, wire::EtherType::arp);
  wire::Arp arp;
  arp.op = reply ? wire::Arp::Op::reply : wire::Arp::Op::request;
  arp.sender_mac = sender_mac;
  arp.sender_ip = sender;
  arp.target_ip = target;
  if (reply) arp.target_mac = dst;
  arp.emit(frame.data() + wire::Ethernet::kSize);
  return frame;
}

}  // namespace lvs::referee
