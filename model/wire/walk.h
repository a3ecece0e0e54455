// SPDX-License-Identifier: GPL-2.0-or-later
// The one walk over the headers of a frame, from outside in: Ethernet, ARP, IPv4 with options, tunnels (IPIP, GRE,
// GUE), transport, and the packet that an ICMP error quotes. Any bytes will do.
//
//   wire::walk(frame, wire::Layer::ethernet, 3, [&](const wire::Header& header) { ...; return true; });
#pragma once

#include <algorithm>

#include "base/bytes.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/gre.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::wire {

enum class Layer : std::uint8_t { ethernet, arp, ipv4, tcp, udp, icmp, sctp, gre, gue, other };

struct Header {
  enum class Fit : std::uint8_t { whole, cut, malformed };

  Layer layer{};
  Fit fit = Fit::whole;    // cut: not even the least that it has is here; of IPv4 also: options are missing
  std::size_t offset = 0;  // of its first byte
  std::size_t size = 0;    // as it says itself, the least it has where it is no more here; may lie beyond the bytes
  int depth = 0;           // packets around it: tunnels and quotes
  bool quoted = false;     // within an ICMP error
  bool tunnel = false;     // IPv4, GRE, and UDP of GUE: another packet follows
  IpProto protocol{};      // of `other`: which
};

// Generic UDP encapsulation: version 0, control bit clear, protocol IPIP, no flags (draft-ietf-intarea-gue).
inline constexpr std::size_t kGueSize = 4;

// The walk itself; use walk().
template <class Visit>
class Walker {
 public:
  Walker(base::ByteView bytes, int deepest, Visit& visit) : bytes_(bytes), deepest_(deepest), visit_(visit) {}

  void ethernet(std::size_t at) {
    if (!meet({.layer = Layer::ethernet, .fit = fit(at, Ethernet::kSize), .offset = at, .size = Ethernet::kSize}))
      return;
    std::size_t next = at + Ethernet::kSize;
    std::uint16_t type = base::load_be16(&bytes_[at + 12]);
    if (type == kVlanTag && bytes_.size() >= next + kVlanTagSize) {
      type = base::load_be16(&bytes_[next + 2]);
      next += kVlanTagSize;
    }
    switch (static_cast<EtherType>(type)) {
      case EtherType::arp:
        meet({.layer = Layer::arp, .fit = fit(next, Arp::kSize), .offset = next, .size = Arp::kSize});
        return;
      case EtherType::ipv4: return ipv4(next, 0, false);
      default: return;
    }
  }

  void ipv4(std::size_t at, int depth, bool quoted) {
    Header header{.layer = Layer::ipv4, .offset = at, .size = Ipv4::kMinSize, .depth = depth, .quoted = quoted};
    header.fit = fit(at, Ipv4::kMinSize);
    if (header.fit != Header::Fit::whole) return void(meet(header));
    const std::uint8_t* const p = &bytes_[at];
    header.size = (p[0] & 15u) * 4u;
    if (p[0] >> 4 != 4 || header.size < Ipv4::kMinSize) {
      header.fit = Header::Fit::malformed;
    } else if (bytes_.size() < at + header.size) {
      header.fit = Header::Fit::cut;
    }
    const bool later = (base::load_be16(p + 6) & Ipv4::kOffsetMask) != 0;  // a later fragment has no transport header
    const auto protocol = static_cast<IpProto>(p[9]);
    const std::size_t next = at + header.size;
    std::size_t inner = 0;
    if (header.fit == Header::Fit::whole && !later) inner = packet_within(protocol, next);
    header.tunnel = inner != 0;
    if (!meet(header) || later) return;
    if (inner != 0 && depth < deepest_) return tunnel(protocol, next, inner, depth, quoted);
    transport(protocol, next, depth, quoted);
  }

 private:
  Header::Fit fit(std::size_t at, std::size_t least) const {
    return bytes_.size() < at + least ? Header::Fit::cut : Header::Fit::whole;
  }
  bool is_error(std::size_t at) const { return ConstIcmp{&bytes_[at]}.is_error(); }
  // False: the walk ends here.
  bool meet(const Header& header) { return visit_(header) && header.fit == Header::Fit::whole; }

  // Where the packet begins that such a payload holds; 0: it is no tunnel's.
  std::size_t packet_within(IpProto protocol, std::size_t at) const {
    std::size_t inner = at;
    if (protocol == IpProto::gre) {
      if (bytes_.size() < at + Gre::kMinSize || base::load_be16(&bytes_[at + 2]) != Gre::kIpv4) return 0;
      const bool checksum = (base::load_be16(&bytes_[at]) & Gre::kChecksumFlag) != 0;
      inner += checksum ? Gre::kChecksumSize : Gre::kMinSize;
    } else if (protocol == IpProto::udp) {
      inner += Udp::kSize + kGueSize;
      if (bytes_.size() < inner || bytes_[inner - 4] != 0 ||
          bytes_[inner - 3] != static_cast<std::uint8_t>(IpProto::ipip))
        return 0;
    } else if (protocol != IpProto::ipip) {
      return 0;
    }
    if (bytes_.size() < inner + Ipv4::kMinSize) return 0;
    return bytes_[inner] >> 4 == 4 && (bytes_[inner] & 15u) * 4u >= Ipv4::kMinSize ? inner : 0;
  }

  void tunnel(IpProto protocol, std::size_t at, std::size_t inner, int depth, bool quoted) {
    Header header{.offset = at, .depth = depth, .quoted = quoted, .tunnel = true};
    if (protocol == IpProto::gre) {
      header.layer = Layer::gre;
      header.size = inner - at;
      if (!meet(header)) return;
    } else if (protocol == IpProto::udp) {
      header.layer = Layer::udp;
      header.size = Udp::kSize;
      if (!meet(header)) return;
      header.layer = Layer::gue;
      header.offset = at + Udp::kSize;
      header.size = kGueSize;
      if (!meet(header)) return;
    }
    ipv4(inner, depth + 1, quoted);
  }

  void transport(IpProto protocol, std::size_t at, int depth, bool quoted) {
    const auto of = [&](Layer layer, std::size_t least) {
      return Header{
          .layer = layer, .fit = fit(at, least), .offset = at, .size = least, .depth = depth, .quoted = quoted};
    };
    switch (protocol) {
      case IpProto::tcp: {
        Header header = of(Layer::tcp, Tcp::kMinSize);
        if (header.fit == Header::Fit::whole)
          header.size = std::max<std::size_t>(Tcp::kMinSize, (bytes_[at + 12] >> 4) * 4u);
        meet(header);
        return;
      }
      case IpProto::udp: meet(of(Layer::udp, Udp::kSize)); return;
      case IpProto::sctp: meet(of(Layer::sctp, kSctpHeader)); return;
      case IpProto::icmp: {
        const Header header = of(Layer::icmp, Icmp::kSize);
        if (!meet(header) || depth >= deepest_ || !is_error(at)) return;
        return ipv4(at + Icmp::kSize, depth + 1, true);
      }
      case IpProto::gre: meet(of(Layer::gre, Gre::kMinSize)); return;
      default: {
        Header header = of(Layer::other, 0);
        header.protocol = protocol;
        meet(header);
      }
    }
  }

  static constexpr std::size_t kSctpHeader = 12;

  base::ByteView bytes_;
  int deepest_;
  Visit& visit_;
};

// Visits the headers of `bytes`, which begin with one of `first` (ethernet or ipv4); `visit` gives false to end the
// walk. Packets lie within packets at most `deepest` times.
template <class Visit>
void walk(base::ByteView bytes, Layer first, int deepest, Visit&& visit) {
  Walker walker(bytes, deepest, visit);
  if (first == Layer::ethernet) {
    walker.ethernet(0);
  } else {
    walker.ipv4(0, 0, false);
  }
}

}  // namespace lvs::wire
