// SPDX-License-Identifier: GPL-2.0-or-later
// The packets of a run as connections: who asked whom, how far the requests came, and what became of the answers.
// Internal to the diagnosis.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/lab/diagnose/record.h"

namespace lvs::control::diagnosis {

enum class Outcome : std::uint8_t {
  answered,
  broken,        // answered, and then ended by somebody who does not know it
  refused,       // by a RST or an ICMP error
  request_lost,  // no request was delivered
  unanswered,    // delivered, and nothing came of it
  reply_lost,    // an answer did not come to who asked
  wrong_source,  // an answer came, from an address that was not asked
};

struct Connection {
  std::size_t host = 0;  // who asked
  Tuple tuple;           // as sent
  bool injected = false;
  base::Time begin{};
  Outcome outcome{};
  const Life* shown = nullptr;  // the packet that shows the outcome
  // The real servers that IPVS chose, in order.
  std::vector<base::Ipv4Addr> chosen;
  std::vector<const Life*> requests, replies, refusals;

  bool failed() const { return outcome != Outcome::answered; }
};

// In the order of their first packets. They point into `record`.
std::vector<Connection> connections(const Record& record);

// What is read of a packet: "SYN 10.0.0.1 > 10.0.0.100:80".
std::string packet_text(const Life& life, const Tuple& as);

}  // namespace lvs::control::diagnosis
