// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/grade/frames.h"

#include "trace/summary.h"
#include "wire/walk.h"

namespace lvs::control {

std::optional<TcpFrame> tcp_in(base::ByteView frame) {
  std::optional<TcpFrame> found;
  wire::walk(frame, wire::Layer::ethernet, 3, [&](const wire::Header& header) {
    if (header.quoted || header.fit == wire::Header::Fit::malformed) return false;
    if (header.layer != wire::Layer::tcp || header.fit != wire::Header::Fit::whole) return true;
    const trace::Summary packet = trace::summarise(frame);
    const std::uint8_t flags = frame[header.offset + 13];
    found = TcpFrame{wire::Ethernet::load_mac(frame.data()),
                     packet.inner_src,
                     packet.inner_dst,
                     packet.sport,
                     packet.dport,
                     (flags & wire::Tcp::syn) != 0,
                     (flags & wire::Tcp::ack) != 0};
    return false;
  });
  return found;
}

std::optional<wire::Arp> arp_in(base::ByteView frame) {
  constexpr auto kArp = static_cast<std::uint16_t>(wire::EtherType::arp);
  if (frame.size() < wire::Ethernet::kSize + wire::Arp::kSize || base::load_be16(frame.data() + 12) != kArp) return {};
  return wire::Arp::parse(frame.subspan(wire::Ethernet::kSize));
}

}  // namespace lvs::control
