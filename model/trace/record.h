// SPDX-License-Identifier: GPL-2.0-or-later
// A record of a trace, decoded: what a viewer shows. Values, so that they may outlive the file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "trace/event.h"

namespace lvs::trace {

// Where the bytes were seen.
enum class Passage : std::uint8_t { inside, wire_in, wire_out };

struct Record {
  base::Time at{};  // of the hosts' clock: since the start of the run
  HostId host = 0;
  WalkId walk = 0;
  PartId part = 0;         // 0: the packet that the walk began with; compare records of equal parts only
  std::uint16_t step = 0;  // within the walk, over all hosts and parts, from 1; stays at 65535
  Stage stage{};
  Verdict verdict{};
  Drop drop = Drop::none;
  Why why;                       // text_of(why) in English, or by id from a table of translations
  std::string hook_name;         // "ip_vs_in", "" for the stage itself
  std::uint64_t connection = 0;  // flow_id() of its IPVS connection or, without one, of its TCP or UDP flow; 0: none
  std::uint32_t ifindex = 0;     // 0: none
  Passage passage = Passage::inside;
  bool has_link_header = false;       // false: the first 14 bytes are a dummy with zero MACs
  std::vector<std::uint8_t> bytes;    // after this stage, from the Ethernet header on; the payload may be cut
  std::uint32_t original_length = 0;  // of the whole packet, with those 14 bytes
  std::string comment;                // "3 director INPUT ip_vs_in ACCEPT: scheduled to 10.0.0.11:80"
  std::string changes;                // "IP dst 10.0.0.100 > 10.0.0.11, ..."; "" when the stage changed nothing

  // Without the dummy link header.
  base::ByteView packet() const {
    return base::ByteView(bytes).subspan(has_link_header ? 0 : std::min<std::size_t>(14, bytes.size()));
  }
};

// Text about a host that is no packet.
struct JournalRecord {
  base::Time at{};
  HostId host = 0;
  WalkId walk = 0;        // the packet that caused it, 0: none
  std::string kind;       // "command", "table", "conn", "schedule", "arp", "icmp", "mark"; docs/trace-format.md
  std::string text;       // may have many lines
  std::vector<Why> said;  // the text as phrases (phrases.h), or none
};

}  // namespace lvs::trace
