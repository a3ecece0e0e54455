// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/virtio-header.h"

#include "host/packet/offload.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::emu {
namespace {

constexpr std::uint16_t kUdpChecksum = 6;

bool is_ipv4(const host::Packet& frame) {
  return frame.head_size() >= wire::Ethernet::kSize + wire::Ipv4::kMinSize &&
         base::load_be16(frame.data() + 12) == static_cast<std::uint16_t>(wire::EtherType::ipv4);
}

wire::ConstIpv4 ip_of(const host::Packet& frame) { return {frame.data() + wire::Ethernet::kSize}; }

// The checksum is that of the frame's own TCP or UDP header, which is where NAT looks for it.
bool is_transport_checksum(const host::Packet& frame) {
  const wire::ConstIpv4 ip = ip_of(frame);
  if (ip.is_fragment() || frame.csum_start != wire::Ethernet::kSize + ip.header_size()) return false;
  switch (ip.protocol()) {
    case wire::IpProto::tcp: return frame.csum_offset == wire::Tcp::kChecksumOffset;
    case wire::IpProto::udp: return frame.csum_offset == kUdpChecksum;
    default: return false;
  }
}

}  // namespace

bool apply_virtio_header(const VirtioHeader& header, host::Packet& frame) {
  if ((header.flags & VirtioHeader::kNeedsChecksum) != 0) {
    const std::size_t field = std::size_t{header.csum_start} + header.csum_offset + 2;
    if (header.csum_start < wire::Ethernet::kSize || !frame.may_pull(field)) return false;
    frame.checksum = host::ChecksumState::partial;
    frame.csum_start = header.csum_start;
    frame.csum_offset = header.csum_offset;
  } else if ((header.flags & VirtioHeader::kDataValid) != 0) {
    frame.checksum = host::ChecksumState::unnecessary;
  }
  const bool large = header.gso_type != VirtioHeader::kGsoNone;
  const bool partial = frame.checksum == host::ChecksumState::partial;
  if (large) {
    if ((header.gso_type & ~VirtioHeader::kGsoEcn) != VirtioHeader::kGsoTcpV4 || header.gso_size == 0) return false;
    if (!partial || !is_ipv4(frame) || !is_transport_checksum(frame)) return false;
    if (ip_of(frame).protocol() != wire::IpProto::tcp) return false;
    const std::size_t tcp = frame.csum_start;
    if (!frame.may_pull(tcp + wire::Tcp::kMinSize)) return false;
    const unsigned size = wire::Tcp{frame.data() + tcp}.header_size();
    if (size < wire::Tcp::kMinSize || !frame.may_pull(tcp + size)) return false;
    if (frame.size() - (tcp + size) > header.gso_size) {
      frame.gso_size = header.gso_size;
      frame.gso_type = host::GsoType::tcpv4;
    }
  } else if (partial && is_ipv4(frame) && !is_transport_checksum(frame)) {
    host::complete_checksum(frame);
  }
  return true;
}

bool needs_software_segmentation(const host::Packet& frame) {
  return frame.gso_size != 0 &&
         (frame.checksum != host::ChecksumState::partial || !is_ipv4(frame) || !is_transport_checksum(frame));
}

VirtioHeader make_virtio_header(const host::Packet& frame) {
  VirtioHeader header;
  if (frame.checksum != host::ChecksumState::partial) return header;
  header.flags = VirtioHeader::kNeedsChecksum;
  header.csum_start = frame.csum_start;
  header.csum_offset = frame.csum_offset;
  if (frame.gso_size != 0) {
    header.gso_type = VirtioHeader::kGsoTcpV4;
    header.gso_size = frame.gso_size;
    const wire::ConstTcp tcp{frame.data() + frame.csum_start};
    header.header_length = static_cast<std::uint16_t>(frame.csum_start + tcp.header_size());
  }
  return header;
}

}  // namespace lvs::emu
