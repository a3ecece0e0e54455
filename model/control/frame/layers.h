// SPDX-License-Identifier: GPL-2.0-or-later
// A frame as a value: its layers from the Ethernet header inwards, each with what was said of it. What was not said is
// worked out when the frame is built: lengths, checksums, the protocol from what follows.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/addr.h"

namespace lvs::control::frame {

using Bytes = std::vector<std::uint8_t>;

// A checksum field: right, wrong on purpose, or this value.
struct Checksum {
  enum class Kind : std::uint8_t { good, bad, given };
  Kind kind = Kind::good;
  std::uint32_t value = 0;
  friend bool operator==(const Checksum&, const Checksum&) = default;
};

struct Ethernet {
  std::optional<base::MacAddr> dst;   // none: broadcast, for ARP requests
  std::optional<base::MacAddr> src;   // none: of the interface that sends it
  std::optional<std::uint16_t> type;  // none: of what follows
};

struct Arp {
  std::uint16_t op = 1;
  base::Ipv4Addr from, to;
  std::optional<base::MacAddr> from_mac;  // none: the source of the frame
  std::optional<base::MacAddr> to_mac;    // none: zero in requests, else the destination of the frame
  std::uint16_t hardware = 1, protocol = 0x0800;
  std::uint8_t hardware_size = 6, protocol_size = 4;
};

struct Ip {
  base::Ipv4Addr src, dst;
  std::uint8_t ttl = 64, tos = 0;
  std::uint16_t id = 0;
  bool df = false, mf = false, reserved = false;
  std::uint16_t offset = 0;              // in units of eight bytes
  std::optional<std::uint8_t> protocol;  // none: of what follows
  std::optional<std::uint8_t> version, header_words;
  std::optional<std::uint16_t> length;
  Bytes options;  // filled up with zeros to words of four bytes
  Checksum sum;
};

struct Tcp {
  std::uint16_t sport = 0, dport = 0;
  std::uint8_t flags = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint16_t window = 64240, urgent = 0;
  std::uint8_t reserved = 0;
  std::optional<std::uint8_t> header_words;
  Bytes options;
  Checksum sum;
};

struct Udp {
  std::uint16_t sport = 0, dport = 0;
  std::optional<std::uint16_t> length;
  Checksum sum;
};

struct Icmp {
  std::uint8_t type = 8, code = 0;
  std::uint32_t rest = 0;  // the second half of the header: identifier and number, MTU, gateway
  Checksum sum;
};

struct SctpChunk {
  std::uint8_t type = 0, flags = 0;
  std::optional<std::uint16_t> length;
  Bytes value;
};

struct Sctp {
  std::uint16_t sport = 0, dport = 0;
  std::uint32_t tag = 0;
  Checksum sum;
  std::vector<SctpChunk> chunks;
};

// What follows is quoted by the ICMP error before.
struct Quote {
  std::optional<std::uint16_t> cut;  // that many bytes of it
};

using Layer = std::variant<Ethernet, Arp, Ip, Tcp, Udp, Icmp, Sctp, Quote>;

struct Frame {
  std::vector<Layer> layers;  // the first is Ethernet
  Bytes payload;              // of the last layer
  Bytes trailer;              // behind all of them
};

// ARP requests alone are for everybody where nothing is said.
inline bool is_arp_request(const Frame& frame) {
  const auto* arp = frame.layers.size() > 1 ? std::get_if<Arp>(&frame.layers[1]) : nullptr;
  return arp != nullptr && arp->op == 1;
}

// The bytes; `own` is the MAC of the interface that sends them.
Bytes encode(const Frame& frame, const base::MacAddr& own);

// The shortest description that encode() makes the same bytes of. `bytes` hold an Ethernet header at least.
Frame decode(const Bytes& bytes, const base::MacAddr& own);

}  // namespace lvs::control::frame
