// SPDX-License-Identifier: GPL-2.0-or-later
// Frames as text, in the words of tcpdump -nn -S: for failing tests, listings and the viewer. Any bytes will do.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace lvs::trace {

struct DissectOptions {
  bool link_header = true;         // the bytes begin with an Ethernet header, else with an IP header
  std::uint32_t bytes_behind = 0;  // of the packet, behind those that are here (the payload of a trace event)
};

// What tcpdump's options ask for; all have -nn.
struct DissectStyle {
  bool link = false;      // -e: the link header too
  bool quick = false;     // -q: less of the protocols
  int verbose = 0;        // how many -v, 2 at most
  std::uint32_t seq = 0;  // numbers of the outermost TCP header are printed less these (without -S)
  std::uint32_t ack = 0;
};

// "IP 10.0.0.1.4000 > 10.0.0.100.80: Flags [S], seq 1, win 64240, length 0"; "ARP, Request who-has ..."
std::string dissect_line(base::ByteView bytes, DissectOptions options = {});
std::string dissect_as(base::ByteView bytes, const DissectStyle& style, DissectOptions options = {});
// The same with the link header and everything of the IP header, as tcpdump -nn -S -e -vv. Checksums are verified where
// all the bytes they cover are here.
std::string dissect(base::ByteView bytes, DissectOptions options = {});

}  // namespace lvs::trace
