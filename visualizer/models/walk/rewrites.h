// SPDX-License-Identifier: GPL-2.0-or-later
// Which records change where a packet goes or comes from: its addresses and ports, its headers, or the machine that its
// frame is for. Asked of the index alone, so that a long trace is not decoded.
#pragma once

#include <vector>

#include "trace/file/index.h"

namespace lvs::view {

// Told all records of one walk after another; begins anew with another walk.
class RewriteWatch {
 public:
  bool rewrites(const trace::IndexEntry& entry) {
    using trace::Stage;
    if (walk_ != entry.walk) {
      walk_ = entry.walk;
      hosts_.clear();
    }
    const std::uint32_t key = std::uint32_t{entry.host} << 1 | ((entry.flags & trace::entry_flag::part) != 0 ? 1 : 0);
    Here* here = nullptr;
    for (Here& each : hosts_) here = each.key == key ? &each : here;
    if (here == nullptr) here = &hosts_.emplace_back(Here{key});
    if (entry.stage == Stage::wire_in) here->passing = true;
    const bool answers = here->last == Stage::socket;  // a new packet of the socket's own
    if (answers) here->passing = false;
    // The frame that leaves a host which did not make the packet is for another machine.
    const bool redirected = here->passing && entry.stage == Stage::neighbour &&
                            entry.verdict == trace::Verdict::accept && (entry.flags & trace::entry_flag::arp) == 0;
    if (redirected) here->passing = false;
    here->last = entry.stage;
    return ((entry.flags & trace::entry_flag::rewritten) != 0 && !answers) || redirected;
  }

 private:
  struct Here {
    std::uint32_t key = 0;  // host and whether it is a part
    trace::Stage last{};
    bool passing = false;  // came by the wire, and has no new link header yet
  };
  std::uint32_t walk_ = trace::kNoRecord;
  std::vector<Here> hosts_;
};

}  // namespace lvs::view
