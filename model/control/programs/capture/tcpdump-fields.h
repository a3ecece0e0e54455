// SPDX-License-Identifier: GPL-2.0-or-later
// What filters of tcpdump look at in a frame. Internal to tcpdump.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::control {

struct CapturedFields {
  explicit CapturedFields(base::ByteView bytes) : frame(bytes) {
    if (frame.size() < wire::Ethernet::kSize) return;
    const wire::ConstEthernet eth{frame.data()};
    type = eth.type();
    mac_from = eth.src();
    mac_to = eth.dst();
    const base::ByteView rest = frame.subspan(wire::Ethernet::kSize);
    if (type == static_cast<std::uint16_t>(wire::EtherType::arp)) {
      if (const auto arp = wire::Arp::parse(rest)) {
        from = arp->sender_ip;
        to = arp->target_ip;
      }
    }
    if (type != static_cast<std::uint16_t>(wire::EtherType::ipv4) || rest.size() < wire::Ipv4::kMinSize) return;
    const wire::ConstIpv4 ip{rest.data()};
    from = ip.src();
    to = ip.dst();
    protocol = ip.protocol();
    packet = rest;
    if (ip.fragment_offset() == 0 && rest.size() > ip.header_size()) transport = rest.subspan(ip.header_size());
    const bool ports =
        protocol == wire::IpProto::tcp || protocol == wire::IpProto::udp || protocol == wire::IpProto::sctp;
    if (!ports || ip.fragment_offset() != 0 || rest.size() < ip.header_size() + 4u) return;
    port_from = base::load_be16(rest.data() + ip.header_size());
    port_to = base::load_be16(rest.data() + ip.header_size() + 2);
  }

  base::ByteView frame, packet, transport;  // of the last two only what is there
  std::uint16_t type = 0;
  base::MacAddr mac_from, mac_to;
  std::optional<base::Ipv4Addr> from, to;
  std::optional<wire::IpProto> protocol;
  std::optional<std::uint16_t> port_from, port_to;
};

}  // namespace lvs::control
