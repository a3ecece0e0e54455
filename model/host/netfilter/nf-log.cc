// SPDX-License-Identifier: GPL-2.0-or-later
// A packet as the kernel's log tells of it (kernel: nf_log_syslog.c).
#include <fmt/format.h>

#include "host/ip/stack.h"
#include "host/netfilter/iptables.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

namespace lvs::host {

namespace {

using wire::IpProto;
using wire::Tcp;

constexpr std::uint8_t kTcpSequence = 1, kTcpOptions = 2, kIpOptions = 4, kMacDecode = 0x20;

std::string hex(base::ByteView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02X}", byte);
  return text;
}

std::string tcp_text(const Packet& packet, std::uint32_t at, bool fragment, std::uint8_t flags) {
  std::string text = "PROTO=TCP ";
  if (fragment) return text;
  std::array<std::uint8_t, Tcp::kMinSize> bytes;
  if (packet.size() < at + bytes.size()) return text + fmt::format("INCOMPLETE [{} bytes] ", packet.size() - at);
  packet.read(at, bytes);
  const Tcp tcp{bytes.data()};
  text += fmt::format("SPT={} DPT={} ", tcp.sport(), tcp.dport());
  if ((flags & kTcpSequence) != 0) text += fmt::format("SEQ={} ACK={} ", tcp.seq(), tcp.ack_seq());
  text += fmt::format("WINDOW={} RES=0x{:02x} ", tcp.window(), (bytes[12] & 0xf) << 2);
  constexpr std::pair<unsigned, std::string_view> kFlags[] = {{0x80, "CWR "}, {0x40, "ECE "}, {0x20, "URG "},
                                                              {0x10, "ACK "}, {0x08, "PSH "}, {0x04, "RST "},
                                                              {0x02, "SYN "}, {0x01, "FIN "}};
  for (const auto& [bit, name] : kFlags) {
    if ((bytes[13] & bit) != 0) text += name;
  }
  text += fmt::format("URGP={} ", base::load_be16(bytes.data() + 18));
  if ((flags & kTcpOptions) != 0 && tcp.header_size() > Tcp::kMinSize) {
    std::array<std::uint8_t, 40> options;
    const std::size_t size = tcp.header_size() - Tcp::kMinSize;
    if (packet.size() < at + tcp.header_size()) return text + "OPT (TRUNCATED)";
    packet.read(at + static_cast<std::uint32_t>(Tcp::kMinSize), std::span(options).first(size));
    text += "OPT (" + hex(base::ByteView(options).first(size)) + ") ";
  }
  return text;
}

std::string udp_text(const Packet& packet, std::uint32_t at, bool fragment) {
  std::string text = "PROTO=UDP ";
  if (fragment) return text;
  std::array<std::uint8_t, 8> udp;
  if (packet.size() < at + udp.size()) return text + fmt::format("INCOMPLETE [{} bytes] ", packet.size() - at);
  packet.read(at, udp);
  return text + fmt::format("SPT={} DPT={} LEN={} ", base::load_be16(udp.data()), base::load_be16(udp.data() + 2),
                            base::load_be16(udp.data() + 4));
}

std::string ip_text(const Packet& packet, std::uint32_t offset, std::uint8_t flags, bool quoted);

// How much a message of this type has to have.
std::uint32_t icmp_needs(std::uint8_t type) {
  switch (type) {
    case 0:
    case 8: return 4;
    case 3:
    case 4:
    case 5:
    case 11:
    case 12: return 28;
    case 13:
    case 14: return 20;
    case 17:
    case 18: return 12;
    default: return 0;
  }
}

std::string icmp_text(const Packet& packet, std::uint32_t at, bool fragment, std::uint8_t flags, bool quoted) {
  std::string text = "PROTO=ICMP ";
  if (fragment) return text;
  std::array<std::uint8_t, wire::Icmp::kSize> bytes;
  const std::uint32_t left = packet.size() - at;
  if (left < bytes.size()) return text + fmt::format("INCOMPLETE [{} bytes] ", left);
  packet.read(at, bytes);
  const wire::Icmp icmp{bytes.data()};
  text += fmt::format("TYPE={} CODE={} ", icmp.type(), icmp.code());
  if (left < icmp_needs(icmp.type())) return text + fmt::format("INCOMPLETE [{} bytes] ", left);
  switch (icmp.type()) {
    case wire::Icmp::echo_reply:
    case wire::Icmp::echo: return text + fmt::format("ID={} SEQ={} ", icmp.echo_id(), icmp.echo_seq());
    case wire::Icmp::parameter_problem: return text + fmt::format("PARAMETER={} ", bytes[4]);
    case wire::Icmp::redirect:
      text += "GATEWAY=" + base::Ipv4Addr{base::load_be32(bytes.data() + 4)}.text() + " ";
      break;
    case wire::Icmp::dest_unreach:
    case wire::Icmp::source_quench:
    case wire::Icmp::time_exceeded: break;
    default: return text;
  }
  if (!quoted) text += "[" + ip_text(packet, at + static_cast<std::uint32_t>(bytes.size()), flags, true) + "] ";
  if (icmp.type() == wire::Icmp::dest_unreach && icmp.code() == wire::Icmp::frag_needed) {
    text += fmt::format("MTU={} ", icmp.frag_mtu());
  }
  return text;
}

std::string ip_text(const Packet& packet, std::uint32_t offset, std::uint8_t flags, bool quoted) {
  std::array<std::uint8_t, wire::Ipv4::kMaxSize> bytes;
  if (packet.size() < offset + wire::Ipv4::kMinSize) return "TRUNCATED";
  packet.read(offset, std::span(bytes).first(wire::Ipv4::kMinSize));
  const wire::Ipv4 ip{bytes.data()};
  std::string text =
      fmt::format("SRC={} DST={} LEN={} TOS=0x{:02X} PREC=0x{:02X} TTL={} ID={} ", ip.src().text(), ip.dst().text(),
                  ip.total_length(), ip.tos() & 0x1e, ip.tos() & 0xe0, ip.ttl(), ip.id());
  const std::uint16_t field = ip.fragment_field();
  if ((field & 0x8000) != 0) text += "CE ";
  if (ip.dont_fragment()) text += "DF ";
  if (ip.more_fragments()) text += "MF ";
  const bool fragment = ip.fragment_offset() != 0;
  if (fragment) text += fmt::format("FRAG:{} ", field & wire::Ipv4::kOffsetMask);
  const unsigned header = ip.header_size();
  if ((flags & kIpOptions) != 0 && header > wire::Ipv4::kMinSize) {
    if (packet.size() < offset + header) return text + "TRUNCATED";
    packet.read(offset, std::span(bytes).first(header));
    text += "OPT (" + hex(base::ByteView(bytes).subspan(wire::Ipv4::kMinSize, header - wire::Ipv4::kMinSize)) + ") ";
  }
  const std::uint32_t at = offset + header;
  if (packet.size() < at) return text;
  switch (ip.protocol()) {
    case IpProto::tcp: text += tcp_text(packet, at, fragment, flags); break;
    case IpProto::udp: text += udp_text(packet, at, fragment); break;
    case IpProto::icmp: text += icmp_text(packet, at, fragment, flags, quoted); break;
    default: text += fmt::format("PROTO={} ", static_cast<unsigned>(ip.protocol()));
  }
  if (!quoted && packet.mark != 0) text += fmt::format("MARK=0x{:x} ", packet.mark);
  return text;
}

// Kernel: dump_mac_header().
std::string mac_text(const Packet& packet, const Device& in, std::uint8_t flags) {
  const std::uint8_t* const header = packet.link_header();
  if ((flags & kMacDecode) != 0 && in.is_ethernet() && header != nullptr) {
    const wire::ConstEthernet eth{header};
    return fmt::format("MACSRC={} MACDST={} MACPROTO={:04x} ", eth.src().text(), eth.dst().text(), eth.type());
  }
  std::string text = "MAC=";
  if (in.is_loopback()) {
    text += "00:00:00:00:00:00:00:00:00:00:00:00:08:00";
  } else if (in.is_ethernet() && header != nullptr) {
    for (std::size_t i = 0; i < wire::Ethernet::kSize; ++i)
      text += fmt::format("{}{:02x}", i == 0 ? "" : ":", header[i]);
  }
  return text + " ";
}

}  // namespace

std::string log_text(const Packet& packet, const Device* in, const Device* out, std::uint8_t flags) {
  std::string text = fmt::format("IN={} OUT={} ", in == nullptr ? "" : in->name(), out == nullptr ? "" : out->name());
  if (in != nullptr) text += mac_text(packet, *in, flags);
  return text + ip_text(packet, static_cast<std::uint32_t>(packet.network_offset()), flags, false);
}

}  // namespace lvs::host
