// SPDX-License-Identifier: GPL-2.0-or-later
// Frames in ns-3's words: what Packet::Print says of a packet whose headers are of ns-3's types. It needs no
// Packet::EnablePrinting(), and knows frames whose headers were bytes from the start.
#include <cstdint>
#include <ostream>

#include "ns3/arp-header.h"
#include "ns3/ethernet-header.h"
#include "ns3/icmpv4.h"
#include "ns3/ipv4-header.h"
#include "ns3/lvs-packet.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace ns3 {
namespace {

constexpr uint32_t kPeek = 60;  // the longest IPv4 or TCP header

// Takes a header off the front and prints it.
template <typename T>
void Take(std::ostream& os, Ptr<Packet> packet, T header) {
  packet->RemoveHeader(header);
  os << T::GetTypeId().GetName() << " (";
  header.Print(os);
  os << ") ";
}

// Whether TcpHeader can take the options apart: each has its length, and all lie inside the header.
bool OptionsAreSound(const uint8_t* options, uint32_t size) {
  for (uint32_t at = 0; at < size;) {
    if (options[at] == 0) return true;
    if (options[at] == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= size || options[at + 1] < 2 || at + options[at + 1] > size) return false;
    at += options[at + 1];
  }
  return true;
}

void PrintTransport(std::ostream& os, Ptr<Packet> packet, uint8_t protocol) {
  uint8_t bytes[kPeek];
  const uint32_t have = packet->CopyData(bytes, kPeek);
  using lvs::wire::IpProto;
  switch (static_cast<IpProto>(protocol)) {
    case IpProto::tcp: {
      if (have < lvs::wire::Tcp::kMinSize) return;
      const uint32_t size = (bytes[12] >> 4) * 4u;
      if (size < lvs::wire::Tcp::kMinSize || size > have) return;
      if (OptionsAreSound(bytes + lvs::wire::Tcp::kMinSize, size - lvs::wire::Tcp::kMinSize)) {
        Take(os, packet, TcpHeader());
      }
      return;
    }
    case IpProto::udp:
      if (have >= lvs::wire::Udp::kSize) Take(os, packet, UdpHeader());
      return;
    case IpProto::icmp:
      if (have >= 4) Take(os, packet, Icmpv4Header());
      return;
    default: return;
  }
}

void PrintIp(std::ostream& os, Ptr<Packet> packet) {
  using lvs::wire::Ipv4;
  for (int nesting = 0; nesting < 8; ++nesting) {
    uint8_t bytes[kPeek];
    const uint32_t have = packet->CopyData(bytes, kPeek);
    const uint32_t size = have == 0 ? 0 : (bytes[0] & 15u) * 4;
    if (have < Ipv4::kMinSize || bytes[0] >> 4 != 4 || size < Ipv4::kMinSize || size > have) return;
    Take(os, packet, Ipv4Header());
    if ((lvs::base::load_be16(bytes + 6) & Ipv4::kOffsetMask) != 0) return;
    if (static_cast<lvs::wire::IpProto>(bytes[9]) != lvs::wire::IpProto::ipip) {
      return PrintTransport(os, packet, bytes[9]);
    }
  }
}

}  // namespace

void LvsPacket::Print(std::ostream& os, Ptr<const Packet> frame) {
  Ptr<Packet> packet = frame->Copy();
  uint8_t link[lvs::wire::Ethernet::kSize];
  if (packet->CopyData(link, sizeof link) == sizeof link) {
    Take(os, packet, EthernetHeader(false));
    switch (static_cast<lvs::wire::EtherType>(lvs::base::load_be16(link + 12))) {
      case lvs::wire::EtherType::arp: {
        // ArpHeader knows Ethernet and IPv4 only.
        uint8_t arp[lvs::wire::Arp::kSize];
        if (packet->CopyData(arp, sizeof arp) == sizeof arp && arp[4] == 6 && arp[5] == 4) {
          Take(os, packet, ArpHeader());
        }
        break;
      }
      case lvs::wire::EtherType::ipv4: PrintIp(os, packet); break;
      default: break;
    }
  }
  os << "Payload (size=" << packet->GetSize() << ")";
}

}  // namespace ns3
