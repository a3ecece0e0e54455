// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-host-text.h"

#include "host/host.h"
#include "trace/why.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

namespace ns3 {

namespace {

using ::lvs::base::ByteView;
using ::lvs::wire::IpProto;

void AppendIp(std::string& text, ByteView bytes) {
  if (bytes.size() < ::lvs::wire::Ipv4::kMinSize) {
    text += "short packet";
    return;
  }
  const ::lvs::wire::ConstIpv4 ip{bytes.data()};
  const std::size_t header = ip.header_size();
  const ByteView rest = header >= 20 && header <= bytes.size() ? bytes.subspan(header) : ByteView{};
  const bool ports =
      (ip.protocol() == IpProto::tcp || ip.protocol() == IpProto::udp) && rest.size() >= 4 && ip.fragment_offset() == 0;
  text += ip.src().text();
  if (ports) text += ':' + std::to_string(::lvs::base::load_be16(rest.data()));
  text += " > " + ip.dst().text();
  if (ports) text += ':' + std::to_string(::lvs::base::load_be16(rest.data() + 2));
  switch (ip.protocol()) {
    case IpProto::tcp: text += " tcp"; break;
    case IpProto::udp: text += " udp"; break;
    case IpProto::icmp:
      text += " icmp";
      if (rest.size() >= 2) text += ' ' + std::to_string(rest[0]) + '/' + std::to_string(rest[1]);
      break;
    case IpProto::ipip: text += " ipip"; break;
    default: text += " proto " + std::to_string(static_cast<unsigned>(ip.protocol()));
  }
  text += ' ' + std::to_string(ip.total_length());
  if (ip.protocol() == IpProto::ipip && !rest.empty()) {
    text += " (";
    AppendIp(text, rest);
    text += ')';
  }
}

void AppendFrame(std::string& text, ByteView frame) {
  if (frame.size() < ::lvs::wire::Ethernet::kSize) {
    text += "short frame";
    return;
  }
  const ::lvs::wire::ConstEthernet eth{frame.data()};
  const ByteView body = frame.subspan(::lvs::wire::Ethernet::kSize);
  text += eth.src().text() + " > " + eth.dst().text() + ' ';
  if (eth.type() == static_cast<uint16_t>(::lvs::wire::EtherType::ipv4)) return AppendIp(text, body);
  if (eth.type() == static_cast<uint16_t>(::lvs::wire::EtherType::arp)) {
    const auto arp = ::lvs::wire::Arp::parse(body);
    if (!arp) {
      text += "bad ARP";
    } else if (arp->op == ::lvs::wire::Arp::Op::request) {
      text += "ARP who-has " + arp->target_ip.text() + " tell " + arp->sender_ip.text();
    } else {
      text += "ARP " + arp->sender_ip.text() + " is-at " + arp->sender_mac.text();
    }
    return;
  }
  text += "type " + std::to_string(eth.type());
}

}  // namespace

std::string LvsEventText(const ::lvs::trace::PacketEvent& event, ::lvs::host::Host& host) {
  std::string text(name_of(event.stage));
  if (!event.hook_name.empty()) text += '/' + std::string(event.hook_name);
  text += ' ' + std::string(name_of(event.verdict));
  if (event.verdict == ::lvs::trace::Verdict::drop) text += ' ' + std::string(name_of(event.drop));
  const ::lvs::host::Device* device = event.ifindex == 0 ? nullptr : host.device_by_index(event.ifindex);
  if (device != nullptr) text += ' ' + device->name();
  text += ' ';
  if (event.has_link_header) {
    AppendFrame(text, event.head);
  } else {
    AppendIp(text, event.head);
  }
  if (event.why.id != ::lvs::trace::WhyId::none) text += ": " + text_of(event.why);
  return text;
}

}  // namespace ns3
