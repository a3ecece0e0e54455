// SPDX-License-Identifier: GPL-2.0-or-later
// What the blocks of a trace mean for its index. Nothing here trusts the file.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "trace/file/index.h"
#include "trace/file/source.h"
#include "trace/pcapng/codes.h"
#include "trace/pcapng/journal-fields.h"
#include "trace/pcapng/metadata.h"
#include "trace/pcapng/pcapng.h"
#include "trace/pcapng/view.h"
#include "trace/summary.h"

namespace lvs::trace {
namespace {

using pcapng::ByteOrder;
using pcapng::kFrameOfBlock;

}  // namespace

bool TraceIndex::scan(base::ByteView block, std::uint64_t offset) {
  const ByteOrder order{swapped_};
  const base::ByteView body = block.subspan(8, block.size() - kFrameOfBlock);
  switch (order.load32(block.data())) {
    case pcapng::kPacketBlock: return scan_packet(body, offset);
    case pcapng::kSectionBlock: return scan_section(body, offset);
    case pcapng::kInterfaceBlock: return scan_interface(body, offset);
    case pcapng::kJournalBlock: return scan_journal(body, offset);
    default: return true;
  }
}

bool TraceIndex::scan_section(base::ByteView body, std::uint64_t offset) {
  const ByteOrder order{swapped_};
  if (body.size() < 16) return damaged(offset, "a section header that is too short"), false;
  clocks_.clear();
  bool described = false, good = true;
  const bool whole = order.options(body.subspan(16), [&](std::uint16_t code, base::ByteView value) {
    if (code != pcapng::kCustomText || value.size() < 4 || order.load32(value.data()) != pcapng::kEnterprise) return;
    described = true;
    good = describe(pcapng::text_of(value.subspan(4)), offset);
  });
  if (!good) return false;
  if (!whole) return damaged(offset, "an option runs past the end of its section header"), false;
  if (!described) {
    fail("a pcapng file, but no trace of LVS: its section header has no run description");
    return false;
  }
  return true;
}

bool TraceIndex::scan_interface(base::ByteView body, std::uint64_t offset) {
  const ByteOrder order{swapped_};
  if (body.size() < 8) return damaged(offset, "an interface description that is too short"), false;
  Clock clock;
  const bool whole = order.options(body.subspan(8), [&](std::uint16_t code, base::ByteView value) {
    if (code == pcapng::kInterfaceResolution && value.size() == 1) clock.resolution = value[0];
    if (code == pcapng::kInterfaceOffset && value.size() == 8) {
      clock.offset = static_cast<std::int64_t>(order.load64(value.data()));
    }
  });
  if (!whole) return damaged(offset, "an option runs past the end of its interface description"), false;
  clocks_.push_back(clock);
  return true;
}

base::Time TraceIndex::time_of(std::uint32_t interface, std::uint64_t ticks) const {
  const Clock& clock = clocks_[interface];
  // Unsigned: a damaged file may overflow.
  const std::uint64_t at = static_cast<std::uint64_t>(pcapng::nanoseconds(ticks, clock.resolution)) +
                           static_cast<std::uint64_t>(clock.offset) * 1'000'000'000u -
                           static_cast<std::uint64_t>(info_.epoch.count());
  return base::Time(static_cast<std::int64_t>(at));
}

namespace {

// What a record says of itself, and what its headers say.
IndexEntry entry_of(const Metadata& metadata, const Summary& packet, std::uint32_t direction) {
  IndexEntry entry;
  entry.src = packet.src;
  entry.dst = packet.dst;
  entry.sport = packet.sport;
  entry.dport = packet.dport;
  entry.protocol = packet.protocol;
  entry.step = metadata.step;
  entry.stage = metadata.stage;
  entry.verdict = metadata.verdict;
  entry.drop = metadata.drop;
  entry.why = static_cast<std::uint16_t>(metadata.why.id);
  const auto flag = [&](bool set, std::uint8_t bit) {
    entry.flags = static_cast<std::uint8_t>(entry.flags | (set ? bit : 0));
  };
  flag((metadata.flags & Metadata::link_header) != 0, entry_flag::link_header);
  flag((metadata.flags & Metadata::rewritten) != 0, entry_flag::rewritten);
  flag(packet.arp, entry_flag::arp);
  flag(packet.tunnel, entry_flag::tunnel);
  flag(metadata.part != 0, entry_flag::part);
  flag(direction == 1, entry_flag::wire_in);
  flag(direction == 2, entry_flag::wire_out);
  return entry;
}

}  // namespace

bool TraceIndex::scan_packet(base::ByteView body, std::uint64_t offset) {
  const ByteOrder order{swapped_};
  if (body.size() < 20) return damaged(offset, "a packet block that is too short"), false;
  const std::uint32_t interface = order.load32(body.data());
  if (interface >= clocks_.size()) {
    return damaged(offset, fmt::format("interface {} is not described", interface)), false;
  }
  const std::size_t captured = order.load32(body.data() + 12);
  if (captured > body.size() - 20) return damaged(offset, "a packet runs past the end of its block"), false;
  WalkId walk = 0;
  std::uint32_t direction = 0;
  Metadata metadata;
  bool ours = false;
  const std::size_t end = std::min(20 + pcapng::padded(captured), body.size());
  const bool whole = order.options(body.subspan(end), [&](std::uint16_t code, base::ByteView value) {
    if (code == pcapng::kPacketId && value.size() == 8) walk = order.load64(value.data());
    if (code == pcapng::kPacketFlags && value.size() == 4) direction = order.load32(value.data()) & 3;
    if (code == pcapng::kCustomBytes && value.size() > 4 && order.load32(value.data()) == pcapng::kEnterprise) {
      ours = metadata.decode(value.subspan(4)) || ours;
    }
  });
  if (!whole) return damaged(offset, "an option runs past the end of its packet block"), false;
  if (!ours) {
    ++ignored_;
    return true;
  }
  if (entries_.size() >= kNoRecord) return true;

  const Summary packet = summarise(body.subspan(20, captured));
  IndexEntry entry = entry_of(metadata, packet, direction);
  entry.offset = offset;
  entry.at = time_of(interface, std::uint64_t{order.load32(body.data() + 4)} << 32 | order.load32(body.data() + 8));
  entry.host = host_index(metadata.host);
  entry.hook = hook_index(metadata.hook_name);
  add(entry, walk, metadata.connection, packet.flow());
  return true;
}

void TraceIndex::add(IndexEntry entry, WalkId walk, std::uint64_t connection, std::uint64_t flow) {
  const auto number = static_cast<std::uint32_t>(entries_.size());
  entry.walk = walk_index(walk);
  entries_.push_back(entry);
  WalkEntry& known = walks_[entry.walk];
  if (known.first == kNoRecord) {
    known.first = number;
  } else {
    entries_[known.last].next = number;
  }
  known.last = number;
  ++known.count;
  if (connection != 0) {
    known.connection = connection;
  } else if (known.connection == 0) {
    known.connection = flow;
  }
}

bool TraceIndex::scan_journal(base::ByteView body, std::uint64_t offset) {
  JournalFields fields;
  if (!fields.parse(pcapng::text_of(body))) {
    ++ignored_;  // of somebody else
    return true;
  }
  if (fields.kind == "run") return describe(fields.decoded(), offset);
  JournalEntry entry;
  entry.offset = offset;
  entry.at = fields.at;
  entry.walk = fields.walk;
  entry.record = static_cast<std::uint32_t>(entries_.size());
  entry.host = host_index(fields.host);
  const auto kind = std::ranges::find(journal_kinds_, fields.kind);
  if (kind == journal_kinds_.end() && journal_kinds_.size() < 0xffff) journal_kinds_.emplace_back(fields.kind);
  entry.kind = static_cast<std::uint16_t>(
      std::min<std::size_t>(static_cast<std::size_t>(kind - journal_kinds_.begin()), journal_kinds_.size() - 1));
  if (fields.kind == "table") {
    const std::string command = fields.first_line();
    const auto [at, fresh] = subject_indexes_.try_emplace(command, journal_subjects_.size());
    if (fresh) journal_subjects_.push_back(command);
    entry.subject = at->second;
  }
  if (fields.kind == "mark" && fields.text == "timeline") zero_ = entry.at;
  journal_.push_back(entry);
  return true;
}

bool TraceIndex::describe(std::string_view json, std::uint64_t offset) {
  RunInfo info;
  std::string why;
  if (!from_json(json, info, why)) {
    fail(fmt::format("byte {}: the run description cannot be read: {}", offset, why));
    return false;
  }
  if (described_) info.epoch = info_.epoch;  // times that were read stand
  info_ = std::move(info);
  described_ = true;
  ++info_generation_;
  return true;
}

std::uint16_t TraceIndex::host_index(HostId id) {
  const auto [at, fresh] = host_indexes_.try_emplace(id, static_cast<std::uint16_t>(hosts_.size()));
  if (!fresh) return at->second;
  if (hosts_.size() >= 0xffff) {
    host_indexes_.erase(at);
    return 0xfffe;
  }
  hosts_.push_back(id);
  return at->second;
}

std::uint8_t TraceIndex::hook_index(std::string_view name) {
  const auto at = std::ranges::find(hook_names_, name);
  if (at != hook_names_.end()) return static_cast<std::uint8_t>(at - hook_names_.begin());
  if (hook_names_.size() >= 0xff) return 0;
  hook_names_.emplace_back(name);
  return static_cast<std::uint8_t>(hook_names_.size() - 1);
}

// Hosts count their walks from 1, so a vector a host finds them; a damaged file may say anything.
std::uint32_t TraceIndex::walk_index(WalkId id) {
  const std::uint64_t host = id >> 40, number = id & ((WalkId{1} << 40) - 1);
  std::uint32_t* slot = nullptr;
  if (host < 65536 && number < 65536 + 16 * std::uint64_t{entries_.size()}) {
    if (host >= walk_indexes_.size()) walk_indexes_.resize(host + 1);
    std::vector<std::uint32_t>& numbers = walk_indexes_[host];
    if (number < numbers.size()) {
      slot = &numbers[number];
    } else if (number <= 2 * numbers.size() + 1024) {
      numbers.resize(std::max<std::size_t>(number + 1, numbers.size() * 3 / 2));
      slot = &numbers[number];
    }
    if (slot != nullptr && *slot != 0) return *slot - 1;
  }
  const auto fresh = static_cast<std::uint32_t>(walks_.size());
  if (slot == nullptr || !odd_walks_.empty()) {
    const auto at = odd_walks_.find(id);
    if (at != odd_walks_.end()) return at->second;
  }
  if (slot != nullptr) {
    *slot = fresh + 1;
  } else {
    odd_walks_.emplace(id, fresh);
  }
  walks_.push_back({.id = id, .connection = 0, .first = kNoRecord, .last = kNoRecord, .count = 0});
  return fresh;
}

std::uint32_t TraceIndex::find_walk(WalkId id) const {
  const std::uint64_t host = id >> 40, number = id & ((WalkId{1} << 40) - 1);
  if (host < walk_indexes_.size() && number < walk_indexes_[host].size() && walk_indexes_[host][number] != 0) {
    return walk_indexes_[host][number] - 1;
  }
  const auto at = odd_walks_.find(id);
  return at == odd_walks_.end() ? kNoRecord : at->second;
}

}  // namespace lvs::trace
