// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/head-length.h"

#include <algorithm>

#include "wire/walk.h"

namespace lvs::wire {
namespace {

constexpr int kDeepest = 2;                 // IPIP and quotes
constexpr std::size_t kOpaque = 8;          // of a header that is not taken apart: GRE, GUE, ESP, ...
constexpr std::size_t kSctpWithChunk = 16;  // common header and first chunk header

}  // namespace

std::size_t head_length(base::ByteView frame, std::size_t limit) {
  const std::size_t most = std::min(frame.size(), limit);
  std::size_t end = most;
  bool sound = true;
  walk(frame, Layer::ethernet, kDeepest, [&](const Header& header) {
    switch (header.layer) {
      case Layer::ipv4:
      case Layer::tcp:
      case Layer::icmp: sound = header.fit == Header::Fit::whole; break;
      case Layer::sctp: end = header.offset + kSctpWithChunk; return false;
      case Layer::gre: end = header.offset + kOpaque; return false;
      case Layer::other:
        // A packet within a packet is malformed, or too deep to be looked at.
        if (header.protocol == IpProto::ipip) return sound = header.depth >= kDeepest;
        end = header.offset + kOpaque;
        return false;
      default: break;
    }
    end = header.offset + header.size;
    return !(header.layer == Layer::udp && header.tunnel);
  });
  return sound ? std::min(most, end) : most;
}

}  // namespace lvs::wire
