// SPDX-License-Identifier: GPL-2.0-or-later
// Requests that a proxy passes on: the packets of both its connections that carry one, told as one walk. What belongs
// together is read off the trace: what a host takes, and what the same host asks of another before it answers.
#pragma once

#include <QString>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "trace/file/index.h"

namespace lvs::view {

// A packet's share in a relayed request.
struct RelayPart {
  enum class Kind : std::uint8_t {
    asked,      // the request comes to the proxy
    opens,      // the proxy opens a connection of its own
    passed_on,  // the proxy asks the server
    answered,   // the server answers the proxy
    returned,   // the proxy answers the client
  };
  Kind kind = Kind::asked;
  std::uint32_t walk = 0;
  QString line;  // "GET / HTTP/1.1", "HTTP/1.1 200 OK"; empty: none
};

struct Relay {
  std::vector<RelayPart> parts;  // in the order of their walks
};

class Relays {
 public:
  // Looks for them in all that the index has, if that is (much) more than before. Traces of more packets than
  // kMostWalks have none.
  void update(trace::TraceIndex& index);
  // nullptr: the packet is no part of one.
  const Relay* of(std::uint32_t walk) const;
  // Its share in it.
  const RelayPart* partOf(std::uint32_t walk) const;
  // The packet before (-1) or after (1) it in the same request; -1: none.
  std::int64_t neighbour(std::uint32_t walk, int direction) const;

  static constexpr std::size_t kMostWalks = 100'000;

 private:
  std::size_t records_ = 0;  // that were looked at
  std::vector<Relay> relays_;
  std::unordered_map<std::uint32_t, std::size_t> of_;  // by walk
};

}  // namespace lvs::view
