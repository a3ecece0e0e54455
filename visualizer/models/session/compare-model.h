// SPDX-License-Identifier: GPL-2.0-or-later
// A packet and what answers it, as a ladder: who sent a frame to whom, with which addresses.
#pragma once

#include <QString>
#include <vector>

#include "models/session/session.h"

namespace lvs::view {

struct Rung {
  trace::HostId from = 0, to = 0;
  Moment moment;       // when it came in
  bool reply = false;  // goes the other way than the connection's first packet
  bool dropped = false;
  QString reason;                      // why it was dropped
  bool arp = false;                    // a question or an answer
  std::vector<trace::HostId> hearers;  // of a broadcast
  Headers headers;                     // as on the wire
  unsigned bits = 0;                   // what the host that sent it had changed since it got the packet
};

struct Ladder {
  std::vector<trace::HostId> hosts;  // from left to right
  std::vector<Rung> rungs;
  QString title;
  // What can be said of the method from these frames and the tables: pairs of heading and text.
  std::vector<std::pair<QString, QString>> facts;
};

enum class Method { unknown, nat, dr, tun };
// By what the director does to requests in this trace.
Method methodOf(Session& session);

// The ladder of a connection: its `packets` first packets that are no ARP.
Ladder ladderOf(Session& session, std::uint32_t firstWalk, int packets);
// The first packet of the first connection to a virtual service; the first that is no ARP where there is none.
std::uint32_t firstConnection(Session& session);

}  // namespace lvs::view
