// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/causes.h"

namespace lvs::trace {

namespace {

bool of_ipvs(const IndexEntry& record) {
  return record.stage == Stage::ipvs_in || record.stage == Stage::ipvs_out || record.stage == Stage::ipvs_xmit;
}

// An entry that was written before its record.
bool announces(const std::string& kind, const IndexEntry& next) {
  if (kind == "schedule" || kind == "conn") return of_ipvs(next) || next.verdict == Verdict::drop;
  if (kind == "arp") return next.stage == Stage::arp_in || next.stage == Stage::neighbour;
  return kind == "icmp" && next.verdict == Verdict::drop;
}

// A table shows what the entry before it, of the same host and at the same place, has told of.
const JournalEntry* told_of(const TraceIndex& index, std::size_t entry) {
  const JournalEntry& table = index.journal()[entry];
  for (std::size_t i = entry; i-- > 0;) {
    const JournalEntry& before = index.journal()[i];
    if (before.record != table.record) break;
    if (before.host == table.host && index.journal_kinds()[before.kind] != "table") return &before;
  }
  return &table;
}

}  // namespace

std::uint32_t cause_of(const TraceIndex& index, std::size_t entry, bool* sure) {
  const JournalEntry& own = index.journal()[entry];
  const JournalEntry& told = index.journal_kinds()[own.kind] == "table" ? *told_of(index, entry) : own;
  const std::string& kind = index.journal_kinds()[told.kind];
  const std::uint32_t next = told.record;
  const std::uint32_t before = next == 0 ? kNoRecord : next - 1;
  if (sure != nullptr) *sure = next < index.size();
  const auto here = [&](std::uint32_t record) {
    return index.entry(record).host == told.host && index.entry(record).at == told.at;
  };
  const bool arp = kind == "arp" && before != kNoRecord && here(before) && index.entry(before).stage == Stage::arp_in;
  if (arp || next >= index.size() || !here(next)) return before;
  const bool same_walk = told.walk == 0 || index.walks()[index.entry(next).walk].id == told.walk;
  return same_walk && announces(kind, index.entry(next)) ? next : before;
}

}  // namespace lvs::trace
