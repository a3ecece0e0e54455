// SPDX-License-Identifier: GPL-2.0-or-later
// Which connection a packet names (kernel: nf_ct_get_tuple(), nf_ct_invert_tuple()).
#include "host/netfilter/conntrack.h"
#include "host/netfilter/has-ports.h"
#include "wire/icmp.h"

namespace lvs::host {

using wire::IpProto;

namespace {

// The type of the answer to an ICMP request and the other way round.
std::optional<std::uint8_t> answer_to(std::uint8_t type) {
  switch (type) {
    case 8: return 0;  // echo
    case 0: return 8;
    case 13: return 14;  // timestamp
    case 14: return 13;
    case 15: return 16;  // information
    case 16: return 15;
    case 17: return 18;  // address mask
    case 18: return 17;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<CtTuple> Conntrack::tuple_of(const Packet& packet, std::uint32_t offset) {
  std::array<std::uint8_t, wire::Ipv4::kMinSize> header;
  if (packet.size() < offset + header.size()) return std::nullopt;
  packet.read(offset, header);
  const wire::Ipv4 ip{header.data()};
  const std::uint32_t transport = offset + ip.header_size();
  if (ip.version() != 4 || ip.header_size() < wire::Ipv4::kMinSize || packet.size() < transport) return std::nullopt;
  if (ip.fragment_offset() != 0) return std::nullopt;
  CtTuple tuple{ip.src(), ip.dst(), 0, 0, static_cast<std::uint8_t>(ip.protocol())};
  std::array<std::uint8_t, 8> bytes{};
  if (ip.protocol() == IpProto::icmp) {
    if (packet.size() < transport + bytes.size()) return std::nullopt;
    packet.read(transport, bytes);
    tuple.sport = base::load_be16(bytes.data() + 4);
    tuple.dport = base::load_be16(bytes.data());
  } else if (has_ports(tuple.protocol)) {
    if (packet.size() < transport + 4) return std::nullopt;
    packet.read(transport, std::span(bytes).first(4));
    tuple.sport = base::load_be16(bytes.data());
    tuple.dport = base::load_be16(bytes.data() + 2);
  }
  return tuple;
}

std::optional<CtTuple> Conntrack::inverse(const CtTuple& t) {
  if (t.protocol != static_cast<std::uint8_t>(IpProto::icmp))
    return CtTuple{t.dst, t.src, t.dport, t.sport, t.protocol};
  const auto type = answer_to(static_cast<std::uint8_t>(t.dport >> 8));
  if (!type) return std::nullopt;
  return CtTuple{t.dst, t.src, t.sport, static_cast<std::uint16_t>(*type << 8 | (t.dport & 0xff)), t.protocol};
}

bool Conntrack::checksum_ok(const Packet& packet, Hook hook) {
  if (hook != Hook::NF_INET_PRE_ROUTING && hook != Hook::NF_INET_LOCAL_IN) return true;
  if (packet.checksum != ChecksumState::none) return true;
  const wire::ConstIpv4 ip = packet.ip();
  wire::Sum sum = packet.transport_sum();
  if (ip.protocol() != IpProto::icmp) {
    sum = wire::sum_add(sum, wire::sum_pseudo_header(ip.src(), ip.dst(), static_cast<std::uint8_t>(ip.protocol()),
                                                     packet.transport_size()));
  }
  return wire::checksum_of(sum) == 0;
}

}  // namespace lvs::host
