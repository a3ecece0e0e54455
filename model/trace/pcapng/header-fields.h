// SPDX-License-Identifier: GPL-2.0-or-later
// The headers of a packet field by field, and what two states of a packet have different. Any bytes will do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lvs::trace {

enum class FieldKind : std::uint8_t {
  address,  // MAC and IP addresses
  port,
  counter,  // TTL, lengths, ids: what every router may touch
  checksum,
  other,
};

struct HeaderField {
  std::string_view layer;  // "Ethernet", "ARP", "IP", "TCP", "UDP", "ICMP"
  std::uint8_t depth = 0;  // 0: outermost; counts IP headers in IP headers and quotes in ICMP errors
  std::string_view name;   // "dst", "ttl", "sport", "flags"
  FieldKind kind = FieldKind::other;
  std::uint16_t offset = 0;  // of its bytes, from the start of the view
  std::uint16_t size = 0;
  std::string text;  // "10.0.0.100", "64", "SYN ACK"
};

// `bytes` begins with an Ethernet header (`link_header`) or with an IP header.
std::vector<HeaderField> header_fields(base::ByteView bytes, bool link_header);

struct FieldChange {
  HeaderField before, after;  // one of them may have an empty layer: the field came or went with its header
};

// What differs, in the order of `after`. A tunnel's outer header that came or went makes the inner headers compare with
// each other; a link header that only one has is no change.
std::vector<FieldChange> header_changes(base::ByteView before, bool before_link, base::ByteView after, bool after_link);

// "IP dst 10.0.0.100 > 10.0.0.11, TCP dport 80 > 8080"; "+IP 10.0.0.2 > 10.1.0.1 (IPIP)" for a header that came.
// Checksums are left out.
std::string changes_text(const std::vector<FieldChange>& changes);

}  // namespace lvs::trace
