// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/dissect/dissect.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "trace/dissect/transport.h"
#include "trace/dissect/vrrp.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::trace {
namespace {

using wire::IpProto;
using wire::Ipv4;

std::string protocol_name(IpProto protocol) {
  switch (protocol) {
    case IpProto::icmp: return "ICMP";
    case IpProto::ipip: return "IPIP";
    case IpProto::tcp: return "TCP";
    case IpProto::udp: return "UDP";
    case IpProto::gre: return "GRE";
    case IpProto::esp: return "ESP";
    case IpProto::ah: return "AH";
    case IpProto::sctp: return "SCTP";
  }
  return static_cast<std::uint8_t>(protocol) == kVrrpProtocol ? "VRRP" : "unknown";
}

void arp_text(std::string& out, base::ByteView bytes, std::uint32_t size, const DissectStyle& style) {
  const auto arp = wire::Arp::parse(bytes);
  if (!style.link) out += "ARP, ";
  if (style.verbose > 0) out += "Ethernet (len 6), IPv4 (len 4), ";
  if (!arp) {
    out += "malformed";
  } else if (arp->op == wire::Arp::Op::request) {
    const std::string asked = arp->target_mac.is_zero() ? "" : " (" + arp->target_mac.text() + ")";
    out += "Request who-has " + arp->target_ip.text() + asked + " tell " + arp->sender_ip.text();
  } else {
    out += "Reply " + arp->sender_ip.text() + " is-at " + arp->sender_mac.text();
  }
  fmt::format_to(std::back_inserter(out), ", length {}", size);
}

std::string_view flags_text(const wire::ConstIpv4& ip) {
  if (ip.more_fragments()) return ip.dont_fragment() ? "+, DF" : "+";
  return ip.dont_fragment() ? "DF" : "none";
}

void ip_header_text(std::string& out, const wire::ConstIpv4& ip) {
  fmt::format_to(std::back_inserter(out), "(tos 0x{:x}", ip.tos());
  if (const unsigned ecn = ip.tos() & 3; ecn != 0) out += ecn == 3 ? ",CE" : ecn == 2 ? ",ECT(0)" : ",ECT(1)";
  fmt::format_to(std::back_inserter(out), ", ttl {}, id {}, offset {}, flags [{}], proto {} ({}), length {}", ip.ttl(),
                 ip.id(), ip.fragment_offset(), flags_text(ip), protocol_name(ip.protocol()), ip.p[9],
                 ip.total_length());
  if (ip.header_size() > Ipv4::kMinSize) {
    fmt::format_to(std::back_inserter(out), ", options of {} bytes", ip.header_size() - Ipv4::kMinSize);
  }
  if (!ip.checksum_ok()) {
    // What the field ought to be: the sum with it taken out again.
    const wire::Sum rest =
        wire::sum_add(wire::sum_bytes({ip.p, ip.header_size()}), static_cast<std::uint16_t>(~ip.checksum()));
    fmt::format_to(std::back_inserter(out), ", bad cksum {:x} (->{:x})!", ip.checksum(), wire::checksum_of(rest));
  }
  out += ")";
}

}  // namespace

// `bytes` may be less than the packet. `depth` bounds tunnels and quotes.
void ip_text(std::string& out, base::ByteView bytes, const DissectStyle& style, int depth) {
  if (bytes.size() < Ipv4::kMinSize) {
    out += "IP, truncated";
    return;
  }
  const wire::ConstIpv4 ip{bytes.data()};
  const unsigned header = ip.header_size();
  if (ip.version() != 4 || header < Ipv4::kMinSize || header > bytes.size()) {
    out += "IP, malformed header";
    return;
  }
  if (!style.link) out += "IP ";
  if (style.verbose > 0) {
    ip_header_text(out, ip);
    out += "\n    ";
  }
  const unsigned length = std::max<unsigned>(ip.total_length(), header);
  const TransportView view{.ip = ip,
                           .bytes = bytes.subspan(header, std::min<std::size_t>(bytes.size(), length) - header),
                           .size = length - header,
                           .style = style,
                           .depth = depth};
  const std::string ends = ip.src().text() + " > " + ip.dst().text() + ": ";
  if (ip.fragment_offset() != 0) {
    out += ends;
    fmt::format_to(std::back_inserter(out), "ip-proto-{}", ip.p[9]);
    return;
  }
  switch (ip.protocol()) {
    case IpProto::tcp: return tcp_text(out, view);
    case IpProto::udp: return udp_text(out, view);
    case IpProto::icmp: out += ends; return icmp_text(out, view);
    case IpProto::ipip:
      out += ends;
      if (depth > 0) return ip_text(out, view.bytes, style, depth - 1);
      break;
    default: out += ends; break;
  }
  if (ip.p[9] == kVrrpProtocol) return vrrp_text(out, ip, view.bytes, view.size, style.verbose > 0);
  fmt::format_to(std::back_inserter(out), " ip-proto-{} {}", ip.p[9], view.size);
}

namespace {

constexpr int kDepth = 3;

void link_text(std::string& out, const wire::ConstEthernet& eth, std::uint32_t size, bool quick) {
  const auto type = static_cast<wire::EtherType>(eth.type());
  const char* const name = type == wire::EtherType::ipv4  ? "IPv4"
                           : type == wire::EtherType::arp ? "ARP"
                           : eth.type() == wire::kVlanTag ? "802.1Q"
                                                          : "Unknown";
  fmt::format_to(std::back_inserter(out), "{} > {}, ", eth.src().text(), eth.dst().text());
  if (quick) {
    out += name;
  } else {
    fmt::format_to(std::back_inserter(out), "ethertype {} (0x{:04x})", name, eth.type());
  }
  fmt::format_to(std::back_inserter(out), ", length {}: ", size);
}

}  // namespace

DissectStyle within(const DissectStyle& style) {
  DissectStyle inner = style;
  inner.seq = inner.ack = 0;
  return inner;
}

std::string dissect_as(base::ByteView bytes, const DissectStyle& style, DissectOptions options) {
  std::string out;
  if (!options.link_header) {
    DissectStyle without = style;
    without.link = false;
    ip_text(out, bytes, without, kDepth);
    return out;
  }
  if (bytes.size() < wire::Ethernet::kSize) return fmt::format("truncated frame, length {}", bytes.size());
  const wire::ConstEthernet eth{bytes.data()};
  const auto size = static_cast<std::uint32_t>(bytes.size()) + options.bytes_behind;
  if (style.link) link_text(out, eth, size, style.quick);
  base::ByteView rest = bytes.subspan(wire::Ethernet::kSize);
  std::uint16_t type = eth.type();
  if (type == wire::kVlanTag && rest.size() >= wire::kVlanTagSize) {
    const std::uint16_t tag = base::load_be16(rest.data());
    type = base::load_be16(rest.data() + 2);
    rest = rest.subspan(wire::kVlanTagSize);
    if (style.link) {
      fmt::format_to(std::back_inserter(out), "vlan {}, p {}{}, ", tag & 0xfff, tag >> 13,
                     (tag & 0x1000) != 0 ? ", DEI" : "");
      const char* const inner = type == static_cast<std::uint16_t>(wire::EtherType::ipv4)  ? "IPv4"
                                : type == static_cast<std::uint16_t>(wire::EtherType::arp) ? "ARP"
                                                                                           : "Unknown";
      fmt::format_to(std::back_inserter(out), "ethertype {} (0x{:04x}), ", inner, type);
    }
  }
  switch (static_cast<wire::EtherType>(type)) {
    case wire::EtherType::ipv4: ip_text(out, rest, style, kDepth); break;
    case wire::EtherType::arp:
      arp_text(out, rest, size - static_cast<std::uint32_t>(wire::Ethernet::kSize), style);
      break;
    default: fmt::format_to(std::back_inserter(out), "ethertype 0x{:04x}, length {}", type, size);
  }
  return out;
}

std::string dissect_line(base::ByteView bytes, DissectOptions options) { return dissect_as(bytes, {}, options); }

std::string dissect(base::ByteView bytes, DissectOptions options) {
  return dissect_as(bytes, {.link = true, .verbose = 2}, options);
}

}  // namespace lvs::trace
