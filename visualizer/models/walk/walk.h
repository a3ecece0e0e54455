// SPDX-License-Identifier: GPL-2.0-or-later
// A packet's walk, stage by stage, with what each stage did to it.
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

#include "models/walk/header-diff.h"
#include "trace/file/index.h"
#include "trace/record.h"
#include "trace/why.h"

namespace lvs::view {

struct Step {
  std::uint32_t record = 0;  // of the trace
  trace::Record data;
  Headers headers;
  HeaderDiff diff;  // against `before`
  int before = -1;  // the step that had this packet last; -1: the packet begins here
  int visit = 0;
  // The frame goes to another machine than the one that the packet came in with: what DR does, and any router.
  bool newMac = false;
  // The host has no address: it only puts frames on the wire, and what comes to it has arrived.
  bool outside = false;

  bool dropped() const { return data.verdict == trace::Verdict::drop; }
  // Told to keep still about an address: what cures the ARP problem is no failure.
  bool silent() const {
    return data.drop == trace::Drop::arp_ignored &&
           (data.why.id == trace::WhyId::arp_ignore || data.why.id == trace::WhyId::arp_filter);
  }
  // Thrown away because it was for somebody else.
  bool noise() const;
  bool failed() const { return dropped() && !silent() && !outside; }
  bool rewritten() const { return (diff.bits & changed::rewritten) != 0; }
};

// A pass of one packet through one host.
struct Visit {
  trace::HostId host = 0;
  trace::PartId part = 0;
  bool arp = false;
  std::vector<int> steps;
};

struct Walk {
  std::uint32_t number = 0;  // index into TraceIndex::walks()
  std::vector<Step> steps;
  std::vector<Visit> visits;
  bool cutShort = false;  // more records than are shown

  // Hosts in the order in which the packet that the walk began with came by.
  std::vector<trace::HostId> path() const;
};

// The longest walk that is shown whole.
inline constexpr std::size_t kMaxSteps = 4096;

Walk walkOf(trace::TraceIndex& index, std::uint32_t number);

// A frame on a wire: who sent it and who took it, as step numbers.
struct Hop {
  int out = -1, in = -1;  // -1: the sender, or the taker, is not in the trace
  bool operator==(const Hop&) const = default;
};
// Without frames that a switch flooded to hosts they were not for.
std::vector<Hop> hopsOf(const Walk& walk);

// "PREROUTING", "IPVS", "transmit": translated where it is a word.
QString stageTitle(trace::Stage stage);
// Likewise, and whose stage it is where IPVS decides on a hook: "IPVS on INPUT".
QString titleOf(const trace::Record& record);
// "ACCEPT"
QString verdictName(trace::Verdict verdict);

}  // namespace lvs::view
