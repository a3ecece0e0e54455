// SPDX-License-Identifier: GPL-2.0-or-later
// Frames in ns-3's words: what Packet::Print says of a packet whose headers are of ns-3's types. It needs no
// Packet::EnablePrinting(), and knows frames whose headers were bytes from the start.
#include <algorithm>
#include <cstdint>
#include <ostream>

#include "ns3/arp-header.h"
#include "ns3/ethernet-header.h"
#include "ns3/icmpv4.h"
#include "ns3/ipv4-header.h"
#include "ns3/lvs-packet.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"
#include "wire/walk.h"

namespace ns3 {
namespace {

constexpr int kDeepest = 7;  // IP headers within IP headers
constexpr uint32_t kPeek = 14 + (kDeepest + 1) * 60 + 60;
constexpr std::size_t kIcmpHeader = 4;  // as ns-3 has it

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

// Takes what the walk has met; false: what follows is payload.
bool TakeHeader(std::ostream& os, Ptr<Packet> packet, lvs::base::ByteView bytes, const lvs::wire::Header& header) {
  using lvs::wire::Layer;
  const lvs::base::ByteView here = bytes.subspan(std::min(header.offset, bytes.size()));
  const bool whole = header.fit == lvs::wire::Header::Fit::whole;
  switch (header.layer) {
    case Layer::ethernet:
      if (whole) Take(os, packet, EthernetHeader(false));
      return whole;
    case Layer::arp:
      // ArpHeader knows Ethernet and IPv4 only.
      if (whole && here[4] == 6 && here[5] == 4) Take(os, packet, ArpHeader());
      return false;
    case Layer::ipv4:
      if (whole) Take(os, packet, Ipv4Header());
      return whole;
    case Layer::tcp: {
      constexpr std::size_t least = lvs::wire::Tcp::kMinSize;
      const bool sound = whole && header.size <= here.size() && here[12] >> 4 >= least / 4 &&
                         OptionsAreSound(here.data() + least, static_cast<uint32_t>(header.size - least));
      if (sound) Take(os, packet, TcpHeader());
      return false;
    }
    case Layer::udp:
      if (whole) Take(os, packet, UdpHeader());
      return false;
    case Layer::icmp:
      if (here.size() >= kIcmpHeader) Take(os, packet, Icmpv4Header());
      return false;
    default: return false;
  }
}

}  // namespace

void LvsPacket::Print(std::ostream& os, Ptr<const Packet> frame) {
  const Ptr<Packet> packet = frame->Copy();
  uint8_t bytes[kPeek];
  const lvs::base::ByteView view(bytes, packet->CopyData(bytes, kPeek));
  lvs::wire::walk(view, lvs::wire::Layer::ethernet, kDeepest,
                  [&](const lvs::wire::Header& header) { return TakeHeader(os, packet, view, header); });
  os << "Payload (size=" << packet->GetSize() << ")";
}

}  // namespace ns3
