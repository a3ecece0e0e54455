// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/packet-fields.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "models/walk/dns-text.h"
#include "trace/dissect/ipvs-sync.h"
#include "wire/dns.h"
#include "wire/walk.h"

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

// Takes one packet's headers from outside in.
class Reader {
 public:
  Reader(base::ByteView bytes, std::uint32_t behind, Headers& out) : bytes_(bytes), behind_(behind), out_(out) {}

  bool take(const wire::Header& header) {
    header_ = header;
    at_ = bytes_.subspan(std::min(header.offset, bytes_.size()));
    if (header.quoted) return quoted();
    switch (header.layer) {
      case wire::Layer::ethernet: return ethernet();
      case wire::Layer::arp: return arp();
      case wire::Layer::ipv4: return ip();
      case wire::Layer::gre:
        if (!header.tunnel) return other();
        add(Layer::gre, {field("proto", "protocol")});
        return true;
      case wire::Layer::gue: return true;
      case wire::Layer::tcp: tcp(); break;
      case wire::Layer::udp: udp(); break;
      case wire::Layer::icmp: icmp(); break;
      case wire::Layer::sctp:
      case wire::Layer::other: return other();
    }
    if (fragment_ && !header.tunnel) out_.info += QString(", first fragment");
    return true;
  }

 private:
  bool whole() const { return header_.fit == wire::Header::Fit::whole; }
  // Of the packet behind this header.
  std::uint32_t payload() const {
    return static_cast<std::uint32_t>(at_.size() - std::min(header_.size, at_.size())) + behind_;
  }
  // As the trace library has it, under the name that people see.
  Field field(const char* label, std::string_view name, Field::Weight weight = Field::Weight::key) const {
    const trace::FieldSpec& spec = *trace::find_field(header_.layer, name);
    Field out = worded(label, name, QString::fromStdString(trace::field_text(spec, at_)), weight);
    if (spec.format == trace::FieldFormat::ipv4) out.address = base::Ipv4Addr{base::load_be32(&at_[spec.offset])};
    return out;
  }
  // In words of our own.
  Field worded(const char* label, std::string_view name, QString value,
               Field::Weight weight = Field::Weight::key) const {
    const auto offset = header_.offset + trace::find_field(header_.layer, name)->offset;
    return {label, std::move(value), {}, weight, static_cast<int>(offset)};
  }
  void add(Layer layer, std::vector<Field> fields) { out_.sections.push_back({layer, std::move(fields)}); }

  bool ethernet() {
    if (!whole()) return false;
    const wire::ConstEthernet eth{at_.data()};
    const auto type = static_cast<wire::EtherType>(eth.type());
    out_.hasLink = !eth.dst().is_zero() || !eth.src().is_zero();
    std::vector<Field> fields{{"dst", {}, {}}, {"src", {}, {}}};
    if (out_.hasLink) {
      out_.macSrc = eth.src();
      out_.macDst = eth.dst();
      fields = {field("dst", "dst"), field("src", "src")};
    }
    const bool known = type == wire::EtherType::arp || type == wire::EtherType::ipv4;
    if (!known) {
      fields.push_back(field("type", "type"));
      out_.info = QString("EtherType %1").arg(hex(eth.type()));
    }
    add(Layer::ethernet, std::move(fields));
    return true;
  }

  bool arp() {
    const auto arp = wire::Arp::parse(at_);
    if (!arp) {
      out_.info = "ARP (malformed)";
      return false;
    }
    out_.arp = true;
    out_.arpRequest = arp->op == wire::Arp::Op::request;
    out_.arpTarget = arp->target_ip;
    out_.arpSender = arp->sender_ip;
    out_.src = Endpoint{arp->sender_ip, {}};
    out_.dst = Endpoint{arp->target_ip, {}};
    out_.info = out_.arpRequest ? "ARP who-has" : "ARP is-at";
    add(Layer::arp,
        {worded("op", "operation", out_.arpRequest ? "1 (request)" : "2 (reply)"), field("sender", "sender MAC"),
         field("sender ip", "sender IP"), field("target", "target MAC"), field("target ip", "target IP")});
    return true;
  }

  // Of headers within each other the outermost is the tunnel's; what lies deeper is not taken apart.
  bool ip() {
    if (!whole()) {
      out_.info = at_.size() < wire::Ipv4::kMinSize ? "IP (cut off)" : "IP (malformed)";
      return false;
    }
    const wire::ConstIpv4 ip{at_.data()};
    const bool tunnel = header_.tunnel && header_.depth == 0;
    addIp(ip, tunnel ? Layer::outerIp : Layer::ip);
    (tunnel ? out_.outerSrc : out_.src) = Endpoint{ip.src(), {}};
    (tunnel ? out_.outerDst : out_.dst) = Endpoint{ip.dst(), {}};
    out_.protocol = static_cast<std::uint8_t>(ip.protocol());
    fragment_ = ip.is_fragment();
    if (tunnel) return true;
    if (ip.fragment_offset() != 0) {
      out_.info = QString("fragment at %1, %2 B").arg(ip.fragment_offset()).arg(payload());
      return false;
    }
    return header_.tunnel ? other() : true;
  }

  void addIp(wire::ConstIpv4 ip, Layer layer) {
    QString flags = ip.dont_fragment() ? "DF" : "none";
    if (ip.is_fragment()) {
      flags = QString("%1 at %2").arg(ip.more_fragments() ? "MF" : "last").arg(ip.fragment_offset());
    }
    const bool outer = layer == Layer::outerIp;
    add(layer, {field("src", "src"), field("dst", "dst"), field("ttl", "ttl"),
                worded("proto", "protocol", protocolName(ip.protocol()), outer ? Field::Weight::key : detail),
                field("len", "length", outer ? detail : Field::Weight::key), field("id", "id", detail),
                worded("frag", "flags", flags, ip.is_fragment() ? Field::Weight::key : detail),
                worded("tos", "tos", hex(ip.tos(), 2), detail),
                field("csum", "checksum", outer ? detail : Field::Weight::key)});
  }

  // What routers and directors tell each other, in the words of their RFCs (5798, 3376).
  QString told() const {
    const base::ByteView said = at_;
    constexpr auto kIgmp = wire::IpProto{2}, kVrrp = wire::IpProto{112};
    const auto protocol = wire::IpProto{out_.protocol};
    if (protocol == kVrrp && said.size() >= 4)
      return QString("VRRP advert, vrid %1, priority %2").arg(said[1]).arg(said[2]);
    if (protocol == kIgmp && !said.empty()) return said[0] == 0x11 ? QString("IGMP query") : QString("IGMP report");
    return {};
  }

  bool other() {
    if (const QString words = told(); !words.isEmpty() && !fragment_) {
      out_.info = words;
      return false;
    }
    out_.info = QString("IP protocol %1").arg(static_cast<unsigned>(out_.protocol));
    if (fragment_) out_.info += QString(", first fragment");
    return false;
  }

  void tcp() {
    if (!whole()) {
      out_.info = "TCP (cut off)";
      return;
    }
    const wire::ConstTcp tcp{at_.data()};
    out_.src->port = tcp.sport();
    out_.dst->port = tcp.dport();
    out_.tcpFlags = tcp.flags();
    add(Layer::tcp, {field("sport", "sport"), field("dport", "dport"), worded("flags", "flags", flagNames(tcp.flags())),
                     field("seq", "seq", detail), field("ack", "ack", detail), field("win", "window", detail),
                     field("csum", "checksum")});
    text();
    out_.info = flagNames(out_.tcpFlags);
    if (const QString line = httpLine(); !line.isEmpty()) {
      out_.info += "  " + line;
    } else if (payload() != 0) {
      out_.info += QString("  %1 B").arg(payload());
    }
  }

  // "GET /a.png" or "200 OK", where the payload begins a request or an answer of HTTP; else nothing.
  QString httpLine() const {
    constexpr qsizetype kLongest = 32;
    if (out_.sections.empty() || out_.sections.back().layer != Layer::payload) return {};
    const QString line = out_.sections.back().fields.front().value;
    QString said;
    if (line.startsWith("HTTP/1.")) {
      said = line.section(' ', 1);
    } else if (line.contains(" HTTP/1.")) {
      said = line.section(" HTTP/1.", 0, 0);
    }
    return said.size() > kLongest ? said.left(kLongest - 1) + "…" : said;
  }

  void udp() {
    if (!whole()) {
      out_.info = "UDP (cut off)";
      return;
    }
    const wire::ConstUdp udp{at_.data()};
    if (!header_.tunnel) {
      out_.src->port = udp.sport();
      out_.dst->port = udp.dport();
    }
    add(header_.tunnel ? Layer::outerUdp : Layer::udp,
        {field("sport", "sport"), field("dport", "dport"), field("len", "length"), field("csum", "checksum")});
    const bool dns = !header_.tunnel && (udp.sport() == wire::kDnsPort || udp.dport() == wire::kDnsPort);
    if (!header_.tunnel && !dns) text();
    out_.info = QString("UDP  %1 B").arg(payload());
    if (dns) names();
    if (const auto lines = trace::ipvs_sync_lines(bytes_); !lines.empty()) sync(lines);
  }

  // The first line of a payload that is words: what FTP and SIP say stands in there, and NAT may have to change it.
  void text() {
    constexpr std::size_t kLongest = 120;
    const base::ByteView all = at_.subspan(std::min(header_.size, at_.size()));
    const auto letter = [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; };
    const auto end = std::ranges::find_if_not(all, letter);
    const auto length = static_cast<std::size_t>(end - all.begin());
    const bool line = end == all.end() || *end == '\r' || *end == '\n';
    if (length < 3 || !line) return;
    const QByteArray bytes(reinterpret_cast<const char*>(all.data()),
                           static_cast<qsizetype>(std::min(length, kLongest)));
    add(Layer::payload, {{"text", QString::fromLatin1(bytes), {}}});
  }

  // A name and what it stands for: one row each.
  void names() {
    const DnsText text = dnsTextOf(at_.subspan(std::min(header_.size, at_.size())));
    if (text.line.isEmpty()) return;
    out_.info = text.line;
    constexpr std::size_t kMostRows = 4;
    std::vector<Field> fields;
    for (std::size_t i = 0; i < text.rows.size() && i < kMostRows; ++i) fields.push_back({"answer", text.rows[i], {}});
    if (!fields.empty()) add(Layer::payload, std::move(fields));
  }

  // A director tells the other about its connections: one row each.
  void sync(const std::vector<std::string>& lines) {
    out_.info = QString::fromStdString(lines.front());
    std::vector<Field> fields;
    for (std::size_t i = 1; i < lines.size() && i <= 4; ++i)
      fields.push_back({"conn", QString::fromStdString(lines[i]), {}});
    if (!fields.empty()) add(Layer::payload, std::move(fields));
  }

  void icmp() {
    if (!whole()) {
      out_.info = "ICMP (cut off)";
      return;
    }
    const wire::ConstIcmp icmp{at_.data()};
    const QString name = icmpName(icmp.type(), icmp.code());
    std::vector<Field> fields{worded("type", "type", number(icmp.type()) + " (" + name + ")"), field("code", "code"),
                              field("csum", "checksum")};
    if (icmp.type() == wire::Icmp::echo || icmp.type() == wire::Icmp::echo_reply) {
      fields.push_back(field("id", "id", detail));
      fields.push_back(field("seq", "seq", detail));
    } else if (icmp.type() == wire::Icmp::dest_unreach && icmp.code() == wire::Icmp::frag_needed) {
      fields.push_back(field("mtu", "mtu"));
    }
    add(Layer::icmp, std::move(fields));
    out_.icmpError = icmp.is_error();
    out_.info = "ICMP " + name;
  }

  // The packet that an error is about: its addresses and ports.
  bool quoted() {
    if (header_.layer == wire::Layer::ipv4) {
      if (!whole()) return false;
      add(Layer::quotedIp, {field("src", "src"), field("dst", "dst"),
                            worded("proto", "protocol", protocolName(wire::ConstIpv4{at_.data()}.protocol())),
                            field("ttl", "ttl", detail), field("csum", "checksum", detail)});
      return !header_.tunnel;
    }
    const bool ports = header_.layer == wire::Layer::tcp || header_.layer == wire::Layer::udp;
    if (ports && at_.size() >= 4) add(Layer::quotedPorts, {field("sport", "sport"), field("dport", "dport")});
    return false;
  }

  base::ByteView bytes_;
  std::uint32_t behind_;
  Headers& out_;
  wire::Header header_;    // the one that is taken
  base::ByteView at_;      // from its first byte on
  bool fragment_ = false;  // the packet is one
};

}  // namespace

Headers headersOf(base::ByteView bytes, std::uint32_t behind) {
  Headers out;
  constexpr int kDeepest = 2;
  Reader reader(bytes, behind, out);
  out.all = trace::header_fields(bytes, true);
  wire::walk(bytes, wire::Layer::ethernet, kDeepest, [&](const wire::Header& header) { return reader.take(header); });
  return out;
}

QString nameOf(Layer layer) {
  const auto worded = [](const char* text) { return QCoreApplication::translate("Layer", text); };
  switch (layer) {
    case Layer::ethernet: return "Ethernet";
    case Layer::arp: return "ARP";
    case Layer::outerIp: return worded(QT_TRANSLATE_NOOP("Layer", "Outer IPv4"));
    case Layer::outerUdp: return worded(QT_TRANSLATE_NOOP("Layer", "Outer UDP"));
    case Layer::gre: return "GRE";
    case Layer::ip: return "IPv4";
    case Layer::tcp: return "TCP";
    case Layer::udp: return "UDP";
    case Layer::icmp: return "ICMP";
    case Layer::otherProtocol: return "IP";
    case Layer::quotedIp: return worded(QT_TRANSLATE_NOOP("Layer", "Quoted IPv4"));
    case Layer::quotedPorts: return worded(QT_TRANSLATE_NOOP("Layer", "Quoted ports"));
    case Layer::payload: return worded(QT_TRANSLATE_NOOP("Layer", "Payload"));
  }
  return {};
}

QString textOf(base::Ipv4Addr address) { return QString::fromStdString(address.text()); }

QString textOf(const Endpoint& endpoint) {
  return endpoint.port ? textOf(endpoint.address) + ":" + QString::number(*endpoint.port) : textOf(endpoint.address);
}

}  // namespace lvs::view
