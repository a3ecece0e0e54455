// SPDX-License-Identifier: GPL-2.0-or-later
// What no lecture is about.
#pragma once

#include "trace/file/noise.h"

namespace lvs::view {

// It only puts frames on the wire: nobody listens there.
inline bool hasNoAddress(const trace::RunInfo& info, trace::HostId id) {
  const trace::HostInfo* host = info.host(id);
  if (host == nullptr || !host->modelled || host->interfaces.empty()) return false;
  for (const trace::InterfaceInfo& interface : host->interfaces) {
    for (const base::Ipv4Prefix& prefix : interface.addresses) {
      if (!prefix.addr.is_loopback()) return false;
    }
  }
  return true;
}

// A drop that somebody may want to know about.
inline bool isDrop(const trace::TraceIndex& index, const trace::IndexEntry& entry) {
  return entry.verdict == trace::Verdict::drop && !trace::is_noise(entry) &&
         !hasNoAddress(index.info(), index.hosts()[entry.host]);
}

// Told to keep still about an address: what cures the ARP problem is no failure.
inline bool keptSilent(const trace::IndexEntry& entry) {
  const trace::WhyId why{entry.why};
  return entry.drop == trace::Drop::arp_ignored && (why == trace::WhyId::arp_ignore || why == trace::WhyId::arp_filter);
}

// Part of what came to a host in vain: a frame that was not for it ends within the next few records.
inline bool cameInVain(const trace::TraceIndex& index, const trace::IndexEntry& entry) {
  constexpr int kStages = 4;  // a datagram for a group that the host has not joined comes as far as routing
  using trace::Stage;
  const bool early = entry.stage == Stage::wire_in || entry.stage == Stage::pre_routing ||
                     entry.stage == Stage::routing || entry.stage == Stage::arp_in;
  if (!early) return false;
  const trace::IndexEntry* at = &entry;
  for (int i = 0; i < kStages; ++i) {
    if (trace::is_noise(*at)) return true;
    if (at->next == trace::kNoRecord || index.entry(at->next).host != entry.host) return false;
    at = &index.entry(at->next);
    if (at->stage == trace::Stage::wire_in && i > 0) return false;
  }
  return false;
}

}  // namespace lvs::view
