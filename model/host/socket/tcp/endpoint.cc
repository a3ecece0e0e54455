// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/tcp/endpoint.h"

#include <algorithm>

#include "host/ip/echoed-options.h"
#include "host/ip/stack.h"
#include "wire/checksum.h"

namespace lvs::host {

using wire::Ipv4;
using wire::Tcp;

TcpIncoming::TcpIncoming(const Packet& from)
    : packet(from),
      tcp{from.transport()},
      options(TcpOptions::parse(tcp)),
      seq(tcp.seq()),
      end(0),
      ack(tcp.ack_seq()),
      data_size(from.transport_size() - tcp.header_size()) {
  end = seq + data_size + (tcp.has(Tcp::syn) ? 1 : 0) + (tcp.has(Tcp::fin) ? 1 : 0);
}

FlowKey TcpEndpoint::flow() const {
  constexpr std::uint8_t kTcp = 6;
  return {.dst = remote_.addr,
          .src = local_.addr,
          .mark = mark_,
          .protocol = kTcp,
          .sport = local_.port,
          .dport = remote_.port};
}

FirstWindow first_window(std::uint32_t mss, bool scaled, std::uint32_t most) {
  // Half of tcp_rmem[1] (131072), the other half being the kernel's overhead.
  constexpr std::uint32_t kSpace = 65536;
  constexpr std::uint8_t kScale = 7;  // for tcp_rmem[2], 6 MB
  std::uint32_t space = kSpace;
  if (space > mss) space -= space % mss;
  FirstWindow result{std::min<std::uint32_t>(space, 0xffff), kSpace, scaled ? kScale : std::uint8_t{0}};
  if (most != 0)
    result.window = static_cast<std::uint32_t>(std::min<std::uint64_t>(result.window, std::uint64_t{most} * mss));
  if (!scaled) result.clamp = 0xffff;
  return result;
}

std::uint16_t announced_mss(const Route& route, const Kernel& kernel) {
  constexpr std::uint32_t kHeaders = 40, kLeast = 256;  // net.ipv4.route.min_adv_mss
  if (route.tcp.advertised_mss != 0) return static_cast<std::uint16_t>(route.tcp.advertised_mss);
  // What the other end may send is no matter of the way there: seen on 6.12.113 and 6.12.117 (cases tcp-mtu and
  // tun-own-client).
  const bool as_if_unknown = kernel.announces_mss_of_device && route.mtu_learned && route.dev != nullptr;
  const std::uint32_t mtu = as_if_unknown ? route.dev->mtu : route.mtu;
  return static_cast<std::uint16_t>(std::clamp(std::max(mtu, kHeaders) - kHeaders, kLeast, 65535 - kHeaders));
}

PacketPtr make_segment(Stack& host, const TcpOutgoing& segment, const Route& route) {
  PacketPtr packet = Packet::create();
  const unsigned header = static_cast<unsigned>(Tcp::kMinSize) + segment.options.size();
  const std::uint32_t size = header + segment.data.size();
  const unsigned ip_header =
      static_cast<unsigned>(Ipv4::kMinSize) + (segment.ip_options == nullptr ? 0 : segment.ip_options->size);
  std::uint8_t* const bytes = packet->put(ip_header + header);
  Ipv4{bytes}.init(segment.tos, static_cast<std::uint16_t>(ip_header + size), segment.ip_id,
                   segment.df ? Ipv4::kDf : std::uint16_t{0},
                   static_cast<std::uint8_t>(host.sysctls.get(Ipv4Key::ip_default_ttl)), wire::IpProto::tcp,
                   segment.from.addr, segment.to.addr);
  if (ip_header > Ipv4::kMinSize) {
    bytes[0] = static_cast<std::uint8_t>(0x40 | ip_header / 4);
    segment.ip_options->emit(bytes + Ipv4::kMinSize, segment.from.addr, time_of_day(host.now()));
  }
  const Tcp tcp{bytes + ip_header};
  tcp.init(segment.from.port, segment.to.port, segment.seq, segment.ack, segment.flags, segment.window, header);
  segment.options.emit(tcp.p + Tcp::kMinSize);
  packet->payload = segment.data;
  wire::Sum sum = wire::sum_pseudo_header(segment.from.addr, segment.to.addr, 6, size);
  sum = wire::sum_add(sum, wire::sum_bytes({tcp.p, header}));
  if (!packet->payload.empty()) sum = wire::sum_add(sum, packet->payload.sum());
  tcp.set_checksum(wire::checksum_of(sum));
  packet->checksum = ChecksumState::unnecessary;
  packet->route = route;
  packet->mark = segment.mark;
  return packet;
}

bool tcp_rate_limited(const TcpIncoming& segment, base::Time now, base::Time& last) {
  // Data that may be new is no attack and no loop.
  if (segment.data_size != 0 && !segment.has(Tcp::syn)) return false;
  constexpr base::Time kInterval = std::chrono::milliseconds(500);  // net.ipv4.tcp_invalid_ratelimit
  if (last >= base::Time{0} && now - last < kInterval) return true;
  last = now;
  return false;
}

}  // namespace lvs::host
