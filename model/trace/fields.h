// SPDX-License-Identifier: GPL-2.0-or-later
// The headers of a packet field by field. Any bytes will do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "wire/walk.h"

namespace lvs::trace {

enum class FieldKind : std::uint8_t {
  address,  // MAC and IP addresses
  port,
  counter,  // TTL, lengths, ids: what every router may touch
  checksum,
  other,
};

// How the bytes of a field become text.
enum class FieldFormat : std::uint8_t {
  mac,
  ipv4,
  decimal,
  hex,        // "0x1a2b", two digits a byte
  bytes,      // "0204", as long as the options are
  arp_op,     // "request"
  ip_flags,   // "DF MF"
  fragment,   // the offset in bytes
  tcp_flags,  // "SYN ACK"
};

// The one table of header fields: where they stand, from the begin of their header.
struct FieldSpec {
  wire::Layer layer;
  std::string_view name;  // "dst", "ttl", "sport", "flags"
  FieldKind kind;
  std::uint16_t offset, size;  // size 0: the header's options, from offset to its end
  FieldFormat format;
};
// nullptr: there is none.
const FieldSpec* find_field(wire::Layer layer, std::string_view name);
// `header`: its bytes, all of the field among them.
std::string field_text(const FieldSpec& spec, base::ByteView header);

struct HeaderField {
  std::string_view layer;  // "Ethernet", "ARP", "IP", "TCP", "UDP", "ICMP", "GRE"
  std::uint8_t depth = 0;  // 0: outermost; counts IP headers in IP headers and quotes in ICMP errors
  std::string_view name;   // as FieldSpec
  FieldKind kind = FieldKind::other;
  std::uint16_t offset = 0;  // of its bytes, from the start of the view
  std::uint16_t size = 0;
  std::string text;  // "10.0.0.100", "64", "SYN ACK"
};

// `bytes` begins with an Ethernet header (`link_header`) or with an IP header.
std::vector<HeaderField> header_fields(base::ByteView bytes, bool link_header);

}  // namespace lvs::trace
