// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/summary.h"

#include "trace/flow.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::trace {

using wire::IpProto;

std::uint64_t Summary::flow() const {
  switch (static_cast<IpProto>(protocol)) {
    case IpProto::tcp:
    case IpProto::udp:
    case IpProto::sctp: return sport == 0 && dport == 0 ? 0 : flow_id(protocol, inner_src, sport, inner_dst, dport);
    default: return 0;
  }
}

Summary summarise(base::ByteView frame) {
  Summary out;
  if (frame.size() < wire::Ethernet::kSize) return out;
  const auto type = static_cast<wire::EtherType>(base::load_be16(frame.data() + 12));
  const base::ByteView packet = frame.subspan(wire::Ethernet::kSize);
  if (type == wire::EtherType::arp && packet.size() >= wire::Arp::kSize) {
    out.arp = true;
    out.src = out.inner_src = {base::load_be32(packet.data() + 14)};
    out.dst = out.inner_dst = {base::load_be32(packet.data() + 24)};
    return out;
  }
  if (type != wire::EtherType::ipv4) return out;
  std::size_t at = 0;
  for (int depth = 0; depth < 4 && packet.size() >= at + wire::Ipv4::kMinSize; ++depth) {
    const wire::Ipv4 ip{const_cast<std::uint8_t*>(packet.data()) + at};  // NOLINT: views are not const
    const unsigned size = ip.header_size();
    if (ip.version() != 4 || size < wire::Ipv4::kMinSize) break;
    out.inner_src = ip.src();
    out.inner_dst = ip.dst();
    if (depth == 0) {
      out.src = out.inner_src;
      out.dst = out.inner_dst;
    } else {
      out.tunnel = true;
    }
    out.protocol = static_cast<std::uint8_t>(ip.protocol());
    at += size;
    if (ip.fragment_offset() != 0) break;
    if (ip.protocol() == IpProto::ipip) continue;
    if (packet.size() < at + 4) break;
    const bool ports = ip.protocol() == IpProto::tcp || ip.protocol() == IpProto::udp || ip.protocol() == IpProto::sctp;
    if (ports || ip.protocol() == IpProto::icmp) out.sport = base::load_be16(packet.data() + at);
    if (ports) out.dport = base::load_be16(packet.data() + at + 2);
    break;
  }
  return out;
}

}  // namespace lvs::trace
