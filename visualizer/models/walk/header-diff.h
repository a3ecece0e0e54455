// SPDX-License-Identifier: GPL-2.0-or-later
// What a stage did to a packet: its headers before and after, field by field.
#pragma once

#include <vector>

#include "models/walk/packet-fields.h"

namespace lvs::view {

enum class Change {
  same,
  changed,
  added,    // the header was not there before: encapsulation
  removed,  // decapsulation
  absent,   // no link header yet, or no longer: neutral, hosts build it last
};

struct DiffField {
  Field before, after;  // `after` names it; one of them is empty where the header came or went
  Change change = Change::same;
};

struct DiffSection {
  Layer layer;
  Change change = Change::same;  // added or removed as a whole
  std::vector<DiffField> fields;
};

// Kinds of change, as bits; the first group is what a load balancer does, the second what any hop does.
namespace changed {
inline constexpr unsigned source = 1, destination = 2, sourcePort = 4, destinationPort = 8, encapsulated = 16,
                          decapsulated = 32, quoted = 64, payload = 128;
inline constexpr unsigned rewritten =
    source | destination | sourcePort | destinationPort | encapsulated | decapsulated | quoted | payload;
inline constexpr unsigned mac = 1024, ttl = 2048, checksum = 4096, otherField = 8192;
}  // namespace changed

struct HeaderDiff {
  std::vector<DiffSection> sections;
  unsigned bits = 0;   // of `changed`
  int fields = 0;      // how many changed
  bool first = false;  // nothing before this: the packet begins here
};

HeaderDiff diffOf(const Headers& before, const Headers& after);
// The first stage of a packet.
HeaderDiff diffOf(const Headers& after);

// The link header against that of the frame which the packet came in with: in between it had none.
void compareLink(const Headers& frame, HeaderDiff& diff);

// What was rewritten, in a few words for a badge: "IP dst", "+ IPIP", "MAC", "TTL"; empty for nothing.
QString badgeOf(unsigned bits);

}  // namespace lvs::view
