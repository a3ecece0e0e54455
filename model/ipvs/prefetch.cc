// SPDX-License-Identifier: GPL-2.0-or-later
// What a batch of frames will ask the connection table, asked of memory ahead (no counterpart in the kernel, which
// leaves it to the processor).
#include "ipvs/steps.h"

namespace lvs::ipvs {

void prefetch(const void* self, const Packet& frame, int step) {
  constexpr std::size_t kPorts = 4;
  constexpr std::size_t kCached = 4096;  // so many connections stay in the processor's caches by themselves
  const ConnTable& conns = static_cast<const Core*>(self)->conns;
  if (conns.size() < kCached) return;
  const base::ByteView head = frame.head();
  if (head.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize + kPorts) return;
  const wire::ConstIpv4 ip{head.data() + wire::Ethernet::kSize};
  if (ip.version() != 4 || ip.header_size() != wire::Ipv4::kMinSize) return;
  const auto protocol = static_cast<std::uint8_t>(ip.protocol());
  const std::uint8_t* ports = ip.p + wire::Ipv4::kMinSize;
  // A request is found by its source, a reply by its destination; which of them this is nobody knows yet.
  conns.prefetch(ip.src(), base::load_be16(ports), protocol, step);
  conns.prefetch(ip.dst(), base::load_be16(ports + 2), protocol, step);
}

}  // namespace lvs::ipvs
