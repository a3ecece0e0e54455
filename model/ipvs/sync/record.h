// SPDX-License-Identifier: GPL-2.0-or-later
// What the synchronisation daemons keep of each connection, and how a connection stands in their messages.
#pragma once

#include <cstdint>
#include <vector>

#include "ipvs/core/core.h"
#include "wire/ipvs-sync.h"

namespace lvs::ipvs {

// The kernel's count of time; a host without ticks counts 100 a second.
struct Jiffies {
  static std::int64_t now(const Core& core);
  static std::int64_t a_second(const Core& core);
};

struct SyncRecord {
  std::int64_t end_time = 0;   // when the other side's entry ends, in jiffies; the last two bits count repetitions
  std::uint8_t old_state = 0;  // when it was last told of
};

// By Conn::number, for as long as there is a daemon.
class SyncRecords {
 public:
  SyncRecord& of(const Conn& conn) {
    if (conn.number >= records_.size()) records_.resize(conn.number + 1);
    return records_[conn.number];
  }

 private:
  std::vector<SyncRecord> records_;
};

// The entry as a message has it; what it points to lives as long as the entry.
wire::IpvsSyncConn sync_conn_of(const Core& core, const Conn& conn);
// Conn::flags of a message's; it is a synced one.
std::uint16_t conn_flags_of(std::uint32_t sync_flags);
// "TCP 10.0.0.1:4000 -> 10.0.0.100:80 to 10.0.0.11:80 ESTABLISHED", for the journal.
std::string sync_text(const Conn& conn);

}  // namespace lvs::ipvs
