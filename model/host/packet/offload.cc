// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/packet/offload.h"

#include <algorithm>

#include "wire/tcp.h"

namespace lvs::host {
namespace {

constexpr std::size_t kMaxNesting = 4;  // IP headers, one in another

// Where the headers of a TCP segment are, from data() on.
struct Layout {
  std::array<std::uint16_t, kMaxNesting> ip{};
  std::size_t ips = 0;
  std::uint32_t tcp = 0;
  std::uint32_t payload = 0;
};

std::uint32_t link_size(const Packet& packet) { return packet.has_link_header ? wire::Ethernet::kSize : 0; }

// The headers all lie in the head and are what they should be; false otherwise.
bool find_headers(const Packet& packet, Layout& layout) {
  const std::uint32_t head = packet.head_size();
  std::uint32_t here = link_size(packet);
  while (layout.ips < kMaxNesting) {
    if (head < here + wire::Ipv4::kMinSize) return false;
    const wire::ConstIpv4 ip{packet.data() + here};
    const unsigned size = ip.header_size();
    if (ip.version() != 4 || size < wire::Ipv4::kMinSize || head < here + size || ip.is_fragment()) return false;
    layout.ip[layout.ips++] = static_cast<std::uint16_t>(here);
    here += size;
    if (ip.protocol() == wire::IpProto::ipip) continue;
    if (ip.protocol() != wire::IpProto::tcp || head < here + wire::Tcp::kMinSize) return false;
    const unsigned tcp_size = wire::ConstTcp{packet.data() + here}.header_size();
    layout.tcp = here;
    layout.payload = here + tcp_size;
    return tcp_size >= wire::Tcp::kMinSize && head >= layout.payload;
  }
  return false;
}

// The pseudo header's length changes with the segment; the rest of the field's sum stays.
std::uint16_t partial_with_length(std::uint16_t field, std::uint32_t from, std::uint32_t to) {
  const wire::Sum without = wire::sum_add(field, static_cast<std::uint16_t>(~wire::sum_fold(from)));
  return wire::sum_fold(wire::sum_add(without, to));
}

// A checksum made by the sender over the whole: made anew over the segment.
void refresh_tcp_checksum(Packet& piece, const Layout& layout) {
  const wire::Ipv4 ip{piece.data() + layout.ip[layout.ips - 1]};
  const wire::Tcp tcp{piece.data() + layout.tcp};
  piece.set_transport_header(layout.tcp);
  tcp.set_checksum(0);
  const wire::Sum pseudo = wire::sum_pseudo_header(ip.src(), ip.dst(), static_cast<std::uint8_t>(wire::IpProto::tcp),
                                                   piece.transport_size());
  tcp.set_checksum(wire::checksum_of(wire::sum_add(pseudo, piece.transport_sum())));
}

}  // namespace

void complete_checksum(Packet& packet) {
  if (packet.checksum != ChecksumState::partial) return;
  packet.checksum = ChecksumState::none;
  const std::uint32_t gone = wire::Ethernet::kSize - link_size(packet);
  if (packet.csum_start < gone) return;
  const std::uint32_t start = packet.csum_start - gone;
  if (packet.head_size() < start + packet.csum_offset + 2u) return;
  const wire::Sum rest =
      ((packet.head_size() - start) & 1) != 0 ? wire::sum_swap(packet.payload.sum()) : packet.payload.sum();
  const wire::Sum sum = wire::sum_add(wire::sum_bytes(packet.head().subspan(start)), rest);
  const std::uint16_t checksum = wire::checksum_of(sum);
  base::store_be16(packet.data() + start + packet.csum_offset, checksum == 0 ? 0xffff : checksum);
}

std::uint32_t gso_network_length(const Packet& packet) {
  Layout layout;
  if (packet.gso_size == 0 || !find_headers(packet, layout)) return packet.size() - link_size(packet);
  return std::min(packet.size(), layout.payload + packet.gso_size) - link_size(packet);
}

bool is_encapsulated_gso(const Packet& packet) {
  Layout layout;
  return packet.gso_size != 0 && find_headers(packet, layout) && layout.ips > 1;
}

bool segment(const Packet& packet, PacketQueue& segments) {
  Layout layout;
  if (packet.gso_size == 0 || !find_headers(packet, layout)) return false;
  const std::uint32_t data = packet.size() - layout.payload;
  const std::uint32_t whole_length = packet.size() - layout.tcp;
  const wire::ConstTcp whole{packet.data() + layout.tcp};
  for (std::uint32_t done = 0, number = 0; done < data || number == 0; ++number) {
    const std::uint32_t take = std::min<std::uint32_t>(data - done, packet.gso_size);
    PacketPtr piece = packet.clone();
    piece->payload = Payload();
    piece->trim(layout.payload);
    piece->gso_size = 0;
    piece->gso_type = GsoType::none;
    const std::uint32_t from = layout.payload + done;
    const std::uint32_t in_head = from < packet.head_size() ? std::min(packet.head_size() - from, take) : 0;
    if (in_head != 0) std::copy_n(packet.data() + from, in_head, piece->put(in_head));
    if (take > in_head) {
      piece->payload = packet.payload.slice(from + in_head - packet.head_size(), take - in_head);
    }
    done += take;
    for (std::size_t i = 0; i < layout.ips; ++i) {
      const wire::Ipv4 ip{piece->data() + layout.ip[i]};
      ip.set_total_length(static_cast<std::uint16_t>(piece->size() - layout.ip[i]));
      ip.set_id(static_cast<std::uint16_t>(ip.id() + number));
      ip.refresh_checksum();
    }
    const wire::Tcp tcp{piece->data() + layout.tcp};
    base::store_be32(tcp.p + 4, whole.seq() + (done - take));
    if (done < data) tcp.p[13] &= static_cast<std::uint8_t>(~(wire::Tcp::fin | wire::Tcp::psh));
    if (number != 0) tcp.p[13] &= static_cast<std::uint8_t>(~wire::Tcp::cwr);
    if (packet.checksum == ChecksumState::partial) {
      tcp.set_checksum(partial_with_length(whole.checksum(), whole_length, piece->size() - layout.tcp));
    } else {
      refresh_tcp_checksum(*piece, layout);
    }
    segments.push(std::move(piece));
  }
  return true;
}

}  // namespace lvs::host
