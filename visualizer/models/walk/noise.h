// SPDX-License-Identifier: GPL-2.0-or-later
// What no lecture is about: a flooded frame or an ARP question that was for somebody else. On every network there are
// many.
#pragma once

#include "trace/file/index.h"
#include "trace/why.h"

namespace lvs::view {

inline bool isNoise(trace::Drop drop, trace::WhyId why) {
  return drop == trace::Drop::otherhost || (drop == trace::Drop::arp_ignored && why == trace::WhyId::arp_not_ours);
}
inline bool isNoise(const trace::IndexEntry& entry) { return isNoise(entry.drop, trace::WhyId{entry.why}); }

// A drop that somebody may want to know about.
inline bool isDrop(const trace::IndexEntry& entry) { return entry.verdict == trace::Verdict::drop && !isNoise(entry); }

// Part of what came to a host in vain: a frame that was not for it ends with the next record.
inline bool cameInVain(const trace::TraceIndex& index, const trace::IndexEntry& entry) {
  return isNoise(entry) || (entry.next != trace::kNoRecord && isNoise(index.entry(entry.next)));
}

}  // namespace lvs::view
