// SPDX-License-Identifier: GPL-2.0-or-later
// What nobody asks about: a flooded frame or an ARP question that was for somebody else. On every network there are
// many.
#pragma once

#include "trace/file/index.h"
#include "trace/why.h"

namespace lvs::trace {

inline bool is_noise(Drop drop, WhyId why) {
  return drop == Drop::otherhost || (drop == Drop::arp_ignored && why == WhyId::arp_not_ours);
}
// A group that the host has not joined is somebody else's, too.
inline bool is_noise(Drop drop, WhyId why, base::Ipv4Addr dst) {
  return is_noise(drop, why) || (drop == Drop::ip_martian_destination && dst.is_multicast());
}
inline bool is_noise(const IndexEntry& entry) { return is_noise(entry.drop, WhyId{entry.why}, entry.dst); }

}  // namespace lvs::trace
