// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/packet-fields.h"

#include <QStringList>
#include <algorithm>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/gre.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::view {

namespace {

constexpr auto detail = Field::Weight::detail;

QString hex(unsigned value, int digits = 4) { return QString("0x%1").arg(value, digits, 16, QChar('0')); }
QString number(std::uint64_t value) { return QString::number(value); }

QString protocolName(wire::IpProto protocol) {
  switch (protocol) {
    case wire::IpProto::icmp: return "1 (ICMP)";
    case wire::IpProto::ipip: return "4 (IPIP)";
    case wire::IpProto::tcp: return "6 (TCP)";
    case wire::IpProto::udp: return "17 (UDP)";
    case wire::IpProto::gre: return "47 (GRE)";
    case wire::IpProto::esp: return "50 (ESP)";
    case wire::IpProto::ah: return "51 (AH)";
    case wire::IpProto::sctp: return "132 (SCTP)";
  }
  return number(static_cast<unsigned>(protocol));
}

QString flagNames(std::uint8_t flags) {
  // In the order in which people say them.
  static constexpr std::pair<std::uint8_t, const char*> names[] = {
      {wire::Tcp::syn, "SYN"}, {wire::Tcp::rst, "RST"}, {wire::Tcp::ack, "ACK"}, {wire::Tcp::psh, "PSH"},
      {wire::Tcp::fin, "FIN"}, {wire::Tcp::urg, "URG"}, {wire::Tcp::ece, "ECE"}, {wire::Tcp::cwr, "CWR"}};
  QStringList out;
  for (const auto& [bit, name] : names) {
    if (flags & bit) out += name;
  }
  return out.isEmpty() ? QString("none") : out.join(' ');
}

QString icmpName(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case wire::Icmp::echo_reply: return "echo reply";
    case wire::Icmp::echo: return "echo request";
    case wire::Icmp::dest_unreach:
      switch (code) {
        case wire::Icmp::net_unreach: return "net unreachable";
        case wire::Icmp::host_unreach: return "host unreachable";
        case wire::Icmp::prot_unreach: return "protocol unreachable";
        case wire::Icmp::port_unreach: return "port unreachable";
        case wire::Icmp::frag_needed: return "need to frag";
        case wire::Icmp::pkt_filtered: return "admin prohibited";
        default: return QString("unreachable, code %1").arg(code);
      }
    case wire::Icmp::redirect: return "redirect";
    case wire::Icmp::time_exceeded: return "time exceeded";
    case wire::Icmp::parameter_problem: return "parameter problem";
    default: return QString("type %1, code %2").arg(type).arg(code);
  }
}

// Reads one packet's headers from outside in.
class Reader {
 public:
  Reader(base::ByteView bytes, std::uint32_t behind, Headers& out)
      : bytes_(bytes.begin(), bytes.end()), behind_(behind), out_(out) {}

  void frame() {
    if (left() < wire::Ethernet::kSize) return;
    const wire::Ethernet eth{at()};
    const std::uint16_t type = eth.type();
    out_.hasLink = !eth.dst().is_zero() || !eth.src().is_zero();
    Section section{Layer::ethernet, {}};
    if (out_.hasLink) {
      out_.macSrc = eth.src();
      out_.macDst = eth.dst();
      section.fields = {{"dst", QString::fromStdString(eth.dst().text()), {}},
                        {"src", QString::fromStdString(eth.src().text()), {}}};
    } else {
      section.fields = {{"dst", {}, {}}, {"src", {}, {}}};
    }
    const bool known = type == static_cast<std::uint16_t>(wire::EtherType::arp) ||
                       type == static_cast<std::uint16_t>(wire::EtherType::ipv4);
    if (!known) section.fields.push_back({"type", hex(type), {}});
    out_.sections.push_back(std::move(section));
    position_ += wire::Ethernet::kSize;
    if (type == static_cast<std::uint16_t>(wire::EtherType::arp)) return arp();
    if (type == static_cast<std::uint16_t>(wire::EtherType::ipv4)) return packet();
    out_.info = QString("EtherType %1").arg(hex(type));
  }

 private:
  std::uint8_t* at() { return bytes_.data() + position_; }
  std::size_t left() const { return bytes_.size() - position_; }
  std::uint32_t payload() const { return static_cast<std::uint32_t>(left()) + behind_; }

  void arp() {
    const auto arp = wire::Arp::parse({at(), left()});
    if (!arp) {
      out_.info = "ARP (malformed)";
      return;
    }
    out_.arp = true;
    out_.arpRequest = arp->op == wire::Arp::Op::request;
    out_.arpTarget = arp->target_ip;
    out_.arpSender = arp->sender_ip;
    out_.src = Endpoint{arp->sender_ip, {}};
    out_.dst = Endpoint{arp->target_ip, {}};
    out_.info = out_.arpRequest ? "ARP who-has" : "ARP is-at";
    out_.sections.push_back({Layer::arp,
                             {{"op", out_.arpRequest ? "1 (request)" : "2 (reply)", {}},
                              {"sender", QString::fromStdString(arp->sender_mac.text()), {}},
                              {"sender ip", textOf(arp->sender_ip), arp->sender_ip},
                              {"target", QString::fromStdString(arp->target_mac.text()), {}},
                              {"target ip", textOf(arp->target_ip), arp->target_ip}}});
  }

  // How many IPv4 headers lie inside each other from here on decides which of them is an outer one.
  void packet() {
    if (left() < wire::Ipv4::kMinSize) {
      out_.info = "IP (cut off)";
      return;
    }
    const wire::Ipv4 ip{at()};
    if (ip.version() != 4 || ip.header_size() < wire::Ipv4::kMinSize || ip.header_size() > left()) {
      out_.info = "IP (malformed)";
      return;
    }
    const wire::IpProto protocol = ip.protocol();
    const bool first = !out_.outerSrc;
    const bool tunnel = first && ip.fragment_offset() == 0 && carries(ip);
    out_.sections.push_back(ipSection(ip, tunnel ? Layer::outerIp : Layer::ip));
    (tunnel ? out_.outerSrc : out_.src) = Endpoint{ip.src(), {}};
    (tunnel ? out_.outerDst : out_.dst) = Endpoint{ip.dst(), {}};
    const bool fragment = ip.is_fragment();
    const unsigned offset = ip.fragment_offset();
    position_ += ip.header_size();
    out_.protocol = static_cast<std::uint8_t>(protocol);
    if (tunnel) return unwrap(protocol);
    if (offset != 0) {
      out_.info = QString("fragment at %1, %2 B").arg(offset).arg(payload());
      return;
    }
    switch (protocol) {
      case wire::IpProto::tcp: tcp(); break;
      case wire::IpProto::udp: udp(Layer::udp); break;
      case wire::IpProto::icmp: icmp(); break;
      default: out_.info = QString("IP protocol %1").arg(static_cast<unsigned>(protocol));
    }
    if (fragment) out_.info += QString(", first fragment");
  }

  // IPIP, GRE with IPv4 inside, or GUE: UDP whose payload is an IPv4 packet.
  bool carries(wire::Ipv4 ip) {
    const std::size_t behind = position_ + ip.header_size();
    std::size_t inner = behind;
    if (ip.protocol() == wire::IpProto::gre) {
      if (bytes_.size() < behind + wire::Gre::kMinSize) return false;
      const wire::Gre gre{bytes_.data() + behind};
      if (gre.protocol() != wire::Gre::kIpv4) return false;
      inner += gre.header_size();
    } else if (ip.protocol() == wire::IpProto::udp) {
      inner += wire::Udp::kSize + 4;  // GUE's own header, control bit clear, protocol IPIP (draft-ietf-intarea-gue)
      if (bytes_.size() < inner || bytes_[inner - 4] != 0 ||
          bytes_[inner - 3] != static_cast<std::uint8_t>(wire::IpProto::ipip)) {
        return false;
      }
    } else if (ip.protocol() != wire::IpProto::ipip) {
      return false;
    }
    if (bytes_.size() < inner + wire::Ipv4::kMinSize) return false;
    const wire::Ipv4 in{bytes_.data() + inner};
    return in.version() == 4 && in.header_size() >= wire::Ipv4::kMinSize;
  }

  void unwrap(wire::IpProto protocol) {
    if (protocol == wire::IpProto::gre) {
      const wire::Gre gre{at()};
      out_.sections.push_back({Layer::gre, {{"proto", hex(gre.protocol()), {}}}});
      position_ += gre.header_size();
    } else if (protocol == wire::IpProto::udp) {
      udp(Layer::outerUdp);
      position_ += 4;
    }
    packet();
  }

  Section ipSection(wire::Ipv4 ip, Layer layer) const {
    QString flags = ip.dont_fragment() ? "DF" : "none";
    if (ip.is_fragment()) {
      flags = QString("%1 at %2").arg(ip.more_fragments() ? "MF" : "last").arg(ip.fragment_offset());
    }
    const auto outer = layer == Layer::outerIp ? Field::Weight::key : detail;
    return {layer,
            {{"src", textOf(ip.src()), ip.src()},
             {"dst", textOf(ip.dst()), ip.dst()},
             {"ttl", number(ip.ttl()), {}},
             {"proto", protocolName(ip.protocol()), {}, outer},
             {"len", number(ip.total_length()), {}, outer == detail ? Field::Weight::key : detail},
             {"id", number(ip.id()), {}, detail},
             {"frag", flags, {}, ip.is_fragment() ? Field::Weight::key : detail},
             {"tos", hex(ip.tos(), 2), {}, detail},
             {"csum", hex(ip.checksum()), {}, outer == detail ? Field::Weight::key : detail}}};
  }

  void tcp() {
    if (left() < wire::Tcp::kMinSize) {
      out_.info = "TCP (cut off)";
      return;
    }
    const wire::Tcp tcp{at()};
    out_.src->port = tcp.sport();
    out_.dst->port = tcp.dport();
    out_.tcpFlags = tcp.flags();
    out_.sections.push_back({Layer::tcp,
                             {{"sport", number(tcp.sport()), {}},
                              {"dport", number(tcp.dport()), {}},
                              {"flags", flagNames(tcp.flags()), {}},
                              {"seq", number(tcp.seq()), {}, detail},
                              {"ack", number(tcp.ack_seq()), {}, detail},
                              {"win", number(tcp.window()), {}, detail},
                              {"csum", hex(tcp.checksum()), {}}}});
    position_ += std::min<std::size_t>(std::max<std::size_t>(tcp.header_size(), wire::Tcp::kMinSize), left());
    out_.info = flagNames(out_.tcpFlags);
    if (payload() != 0) out_.info += QString("  %1 B").arg(payload());
  }

  void udp(Layer layer) {
    if (left() < wire::Udp::kSize) {
      out_.info = "UDP (cut off)";
      return;
    }
    const wire::Udp udp{at()};
    if (layer == Layer::udp) {
      out_.src->port = udp.sport();
      out_.dst->port = udp.dport();
    }
    out_.sections.push_back({layer,
                             {{"sport", number(udp.sport()), {}},
                              {"dport", number(udp.dport()), {}},
                              {"len", number(udp.length()), {}},
                              {"csum", hex(udp.checksum()), {}}}});
    position_ += wire::Udp::kSize;
    out_.info = QString("UDP  %1 B").arg(payload());
  }

  void icmp() {
    if (left() < wire::Icmp::kSize) {
      out_.info = "ICMP (cut off)";
      return;
    }
    const wire::Icmp icmp{at()};
    const QString name = icmpName(icmp.type(), icmp.code());
    Section section{Layer::icmp,
                    {{"type", number(icmp.type()) + " (" + name + ")", {}},
                     {"code", number(icmp.code()), {}},
                     {"csum", hex(icmp.checksum()), {}}}};
    if (icmp.type() == wire::Icmp::echo || icmp.type() == wire::Icmp::echo_reply) {
      section.fields.push_back({"id", number(icmp.echo_id()), {}, detail});
      section.fields.push_back({"seq", number(icmp.echo_seq()), {}, detail});
    } else if (icmp.type() == wire::Icmp::dest_unreach && icmp.code() == wire::Icmp::frag_needed) {
      section.fields.push_back({"mtu", number(icmp.frag_mtu()), {}});
    }
    out_.sections.push_back(std::move(section));
    out_.icmpError = icmp.is_error();
    out_.info = "ICMP " + name;
    position_ += wire::Icmp::kSize;
    if (out_.icmpError) quoted();
  }

  void quoted() {
    if (left() < wire::Ipv4::kMinSize) return;
    const wire::Ipv4 ip{at()};
    if (ip.version() != 4 || ip.header_size() < wire::Ipv4::kMinSize || ip.header_size() > left()) return;
    out_.sections.push_back({Layer::quotedIp,
                             {{"src", textOf(ip.src()), ip.src()},
                              {"dst", textOf(ip.dst()), ip.dst()},
                              {"proto", protocolName(ip.protocol()), {}},
                              {"ttl", number(ip.ttl()), {}, detail},
                              {"csum", hex(ip.checksum()), {}, detail}}});
    const bool ports = ip.protocol() == wire::IpProto::tcp || ip.protocol() == wire::IpProto::udp;
    position_ += ip.header_size();
    if (!ports || left() < 4) return;
    out_.sections.push_back(
        {Layer::quotedPorts,
         {{"sport", number(base::load_be16(at())), {}}, {"dport", number(base::load_be16(at() + 2)), {}}}});
  }

  std::vector<std::uint8_t> bytes_;
  std::size_t position_ = 0;
  std::uint32_t behind_;
  Headers& out_;
};

}  // namespace

Headers headersOf(base::ByteView bytes, std::uint32_t behind) {
  Headers out;
  Reader(bytes, behind, out).frame();
  return out;
}

QString nameOf(Layer layer) {
  switch (layer) {
    case Layer::ethernet: return "Ethernet";
    case Layer::arp: return "ARP";
    case Layer::outerIp: return "Outer IPv4";
    case Layer::outerUdp: return "Outer UDP";
    case Layer::gre: return "GRE";
    case Layer::ip: return "IPv4";
    case Layer::tcp: return "TCP";
    case Layer::udp: return "UDP";
    case Layer::icmp: return "ICMP";
    case Layer::otherProtocol: return "IP";
    case Layer::quotedIp: return "Quoted IPv4";
    case Layer::quotedPorts: return "Quoted ports";
  }
  return {};
}

QString textOf(base::Ipv4Addr address) { return QString::fromStdString(address.text()); }

QString textOf(const Endpoint& endpoint) {
  return endpoint.port ? textOf(endpoint.address) + ":" + QString::number(*endpoint.port) : textOf(endpoint.address);
}

}  // namespace lvs::view
