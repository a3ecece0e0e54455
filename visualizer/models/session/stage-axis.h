// SPDX-License-Identifier: GPL-2.0-or-later
// All packets one after the other on an axis that counts stages, with a lane a host: what the timeline draws.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/session/session.h"

namespace lvs::view {

class StageAxis {
 public:
  struct Box {
    std::uint64_t at = 0;  // on the axis
    std::size_t lane = 0;
    int from = -1;  // the lane that the packet came from right before; -1: the same, or one out of sight
    bool current = false;
    bool dropped = false, silent = false, rewritten = false, sent = false;
  };
  struct Packet {
    std::size_t row = 0;
    std::uint64_t begin = 0, end = 0;  // on the axis
    bool current = false;
  };

  // The rows of the session have changed.
  void recount(const Session& session);
  // Looks at `inSight` stages around the session's moment. False: there is nothing to see.
  bool look(Session& session, std::uint64_t inSight);

  // --- as looked at last
  std::uint64_t offset() const { return offset_; }  // of what is in sight
  std::uint64_t now() const { return now_; }
  // Clients on top, then routers, directors, servers. Where there are many, hosts that the current packet does not come
  // to share the last lane, which stands for none in particular: others() says how many.
  const std::vector<trace::HostId>& lanes() const { return lanes_; }
  std::size_t others() const { return others_.size(); }
  std::size_t laneCount() const { return lanes_.size() + (others_.empty() ? 0 : 1); }
  const std::vector<Packet>& packets() const { return packets_; }
  const std::vector<Box>& boxes() const { return boxes_; }

  // What is at a place of the axis; nothing where it is empty.
  std::optional<Moment> momentAt(const Session& session, std::uint64_t stage) const;

 private:
  void findPackets(const Session& session, std::size_t row);
  void findLanes(const Session& session);
  void findBoxes(const Session& session);
  int laneOf(const Session& session, const trace::IndexEntry& entry) const;
  template <class Use>
  void eachStage(const Session& session, Use use) const;
  // Of a walk: use(step, record) for each stage that is in the picture, until it says false.
  template <class Use>
  static void eachShown(const Session& session, std::uint32_t walk, Use use);

  // Stages before each row; one more entry than rows.
  std::vector<std::uint64_t> before_;
  std::uint64_t offset_ = 0, end_ = 0, now_ = 0;
  std::vector<trace::HostId> lanes_, others_;
  std::vector<Packet> packets_;
  std::vector<Box> boxes_;
};

}  // namespace lvs::view
