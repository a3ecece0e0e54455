// SPDX-License-Identifier: GPL-2.0-or-later
// TCP between two stacks of their own: when they acknowledge and how they cut the stream into segments is theirs to
// choose and depends on when their programs read and write. What they say to each other is compared.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "control/lab/lab.h"
#include "control/lab/run.h"
#include "referee/compare/normalise.h"

namespace lvs::referee {

// Addresses and ports that a lab injects TCP from: their connections are compared frame by frame.
using Endpoint = std::pair<base::Ipv4Addr, std::uint16_t>;
std::set<Endpoint> injected_endpoints(const control::Lab& lab);

// The TCP segment of a frame, under a tunnel header or not; nothing for other frames, fragments and damaged ones.
struct TcpSegment {
  TcpDirection direction;
  std::uint32_t seq = 0;
  std::uint8_t flags = 0;
  base::ByteView data;
  std::string envelope;  // what each frame of a direction has alike: MACs, outer addresses, TTL, TOS, DF, for people
};
std::optional<TcpSegment> tcp_segment(base::ByteView frame);

// The directions of which a capture has the SYN.
std::set<TcpDirection> directions_begun(std::span<const control::CapturedFrame> frames);

// A frame that does not count by itself: no SYN, of a connection between two stacks. Segments of a connection that
// nobody began here were injected somewhere and rewritten on their way: they count.
bool in_stream(const TcpSegment& segment, const std::set<Endpoint>& injected, const std::set<TcpDirection>& begun);

// One direction of one connection on one interface.
struct TcpStream {
  std::string data;  // the bytes between SYN and the end, without what is missing
  bool fin = false, rst = false;
  // The first RST: its flags, and its number behind the SYN's. Of a direction without a SYN, whether it has a number: a
  // RST that answers a segment takes the one that was acknowledged, if any, and that is random.
  std::uint8_t rst_flags = 0;
  std::uint32_t rst_at = 0;
  std::set<std::string> envelopes;
};
// Connections one after another with the same addresses and ports are told apart by their SYNs.
using TcpStreams = std::map<std::pair<TcpDirection, int>, TcpStream>;
TcpStreams tcp_streams(std::span<const control::CapturedFrame> frames, const std::set<Endpoint>& injected);

// What the two runs are called.
struct RunNames {
  std::string left, right;
};
// What differs, for people, a line each; empty if nothing does. `renaming` knows the ports from the SYNs.
std::vector<std::string> differing_streams(const TcpStreams& left, const TcpStreams& right, const Renaming& renaming,
                                           const RunNames& names);

}  // namespace lvs::referee
