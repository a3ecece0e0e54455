// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/summary.h"

#include <algorithm>

#include "trace/flow.h"
#include "wire/walk.h"

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
  constexpr int kDeepest = 3;
  Summary out;
  wire::walk(frame, wire::Layer::ethernet, kDeepest, [&](const wire::Header& header) {
    const base::ByteView bytes = frame.subspan(std::min(header.offset, frame.size()));
    switch (header.layer) {
      case wire::Layer::arp:
        if (header.fit != wire::Header::Fit::whole) return false;
        out.arp = true;
        out.src = out.inner_src = {base::load_be32(bytes.data() + 14)};
        out.dst = out.inner_dst = {base::load_be32(bytes.data() + 24)};
        return false;
      case wire::Layer::ipv4: {
        if (bytes.size() < wire::Ipv4::kMinSize || header.fit == wire::Header::Fit::malformed) return false;
        const wire::ConstIpv4 ip{bytes.data()};
        out.inner_src = ip.src();
        out.inner_dst = ip.dst();
        out.protocol = static_cast<std::uint8_t>(ip.protocol());
        if (header.depth == 0) {
          out.src = out.inner_src;
          out.dst = out.inner_dst;
        } else {
          out.tunnel = true;
        }
        return true;
      }
      case wire::Layer::tcp:
      case wire::Layer::udp:
      case wire::Layer::sctp:
        if (header.tunnel) return true;
        if (bytes.size() < 4) return false;
        out.sport = base::load_be16(bytes.data());
        out.dport = base::load_be16(bytes.data() + 2);
        return false;
      case wire::Layer::icmp:
        if (bytes.size() >= 4) out.sport = base::load_be16(bytes.data());
        return false;
      default: return true;
    }
  });
  return out;
}

}  // namespace lvs::trace
