// SPDX-License-Identifier: GPL-2.0-or-later
// An ARP question and what everybody made of it: who answers, who keeps silent and why, whose answer came first, and
// what the asker's cache did with each.
#pragma once

#include <vector>

#include "models/walk/walk.h"

namespace lvs::view {

struct ArpRound {
  enum class Does { answers, silent, notMine, nothing };
  struct Host {
    trace::HostId host = 0;
    Does does = Does::nothing;
    int step = -1;       // at which it decided
    int level = -1;      // arp_ignore that keeps it silent; -1: something else
    int rank = 0;        // of its answer's arrival, from 1; 0: none arrived
    int arrived = -1;    // the step at which the asker looked at it
    bool taken = false;  // the asker's cache has it from this answer
    base::MacAddr mac;   // that it answered
  };
  bool asked = false;
  trace::HostId asker = 0;
  int question = -1;  // step
  base::Ipv4Addr target;
  std::vector<Host> hosts;  // all that heard the question, in the order in which they did
};

// The first question among these stages, and all answers to it in the walk; without a question the answers alone.
ArpRound arpRoundOf(const Walk& walk, int first, int last);

}  // namespace lvs::view
