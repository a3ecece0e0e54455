// SPDX-License-Identifier: GPL-2.0-or-later
// A walk told in few beats: what a lecturer would say of it. ARP exchanges and what a host does in passing are one beat
// each; frames that were for somebody else are told with the beat that they belong to.
#pragma once

#include <vector>

#include "models/walk/walk.h"

namespace lvs::view {

struct Beat {
  enum class Kind {
    pass,     // through a host, or away from it
    arp,      // a question and its answers
    decide,   // IPVS finds the connection or schedules
    rewrite,  // IPVS or a tunnel changes the packet
    drop,     // it ends; or a host keeps silent
  };
  Kind kind = Kind::pass;
  int first = 0, last = 0;  // stages of the walk
  int at = 0;               // the one that shows it
  bool operator==(const Beat&) const = default;
};

// In the order in which they are told: a packet's end comes before the error message about it.
std::vector<Beat> beatsOf(const Walk& walk);
// The beat that a stage belongs to; -1: none.
int beatAt(const std::vector<Beat>& beats, int step);

// Stages that a story leaves out of pictures: flooded frames, and of an ARP exchange within another packet's walk all
// but what the hosts made of it. `first` is the walk's first record.
bool isFolded(const trace::TraceIndex& index, const trace::IndexEntry& first, const trace::IndexEntry& entry);

}  // namespace lvs::view
