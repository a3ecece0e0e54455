// SPDX-License-Identifier: GPL-2.0-or-later
// What no lecture is about.
#pragma once

#include "trace/file/noise.h"

namespace lvs::view {

// A drop that somebody may want to know about.
inline bool isDrop(const trace::IndexEntry& entry) {
  return entry.verdict == trace::Verdict::drop && !trace::is_noise(entry);
}

// Told to keep still about an address: what cures the ARP problem is no failure.
inline bool keptSilent(const trace::IndexEntry& entry) {
  const trace::WhyId why{entry.why};
  return entry.drop == trace::Drop::arp_ignored && (why == trace::WhyId::arp_ignore || why == trace::WhyId::arp_filter);
}

// Part of what came to a host in vain: a frame that was not for it ends with the next record.
inline bool cameInVain(const trace::TraceIndex& index, const trace::IndexEntry& entry) {
  return trace::is_noise(entry) || (entry.next != trace::kNoRecord && trace::is_noise(index.entry(entry.next)));
}

}  // namespace lvs::view
