// SPDX-License-Identifier: GPL-2.0-or-later
// Reads a trace: an index of what is in it, and records one by one on demand. A million records cost 48 MB.
//
//   TraceIndex index;
//   if (!index.open("run.pcapng")) die(index.error());
//   index.update();
//   for (std::size_t i = 0; i < index.size(); ++i) { index.record(i, record); ... }
//
// The file is read in pieces with read(), never mapped: it may grow, shrink or vanish meanwhile. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trace/record.h"
#include "trace/run-info.h"

namespace lvs::trace {

class TraceSource;

inline constexpr std::uint32_t kNoRecord = 0xffffffff;

// A record as the index knows it: what lists show, filter and sort by, without a look at the file.
struct IndexEntry {
  std::uint64_t offset = 0;  // of its block in the file
  base::Time at{};
  base::Ipv4Addr src, dst;             // outermost IP header, or ARP's sender and target
  std::uint32_t walk = 0;              // index into walks()
  std::uint32_t next = kNoRecord;      // of the same walk
  std::uint16_t sport = 0, dport = 0;  // of the innermost TCP or UDP header; ICMP: type << 8 | code in sport
  std::uint16_t host = 0;              // index into hosts()
  std::uint16_t step = 0;
  Stage stage{};
  Verdict verdict{};
  Drop drop{};
  std::uint8_t flags = 0;     // entry_flag
  std::uint8_t protocol = 0;  // of the innermost IP header; 0: no IP
  std::uint8_t hook = 0;      // index into hook_names()
  std::uint16_t why = 0;      // WhyId
};
static_assert(sizeof(IndexEntry) == 48);

namespace entry_flag {
inline constexpr std::uint8_t link_header = 1, rewritten = 2,  // addresses, ports or a header differ from before
    arp = 4, part = 8,                                         // not the packet that the walk began with
    wire_in = 16, wire_out = 32, tunnel = 64;                  // an IP packet in another
}

struct WalkEntry {
  WalkId id = 0;
  std::uint64_t connection = 0;  // flow_id(); 0: none
  std::uint32_t first = kNoRecord, last = kNoRecord;
  std::uint32_t count = 0;  // of records
};

struct JournalEntry {
  std::uint64_t offset = 0;
  base::Time at{};
  WalkId walk = 0;
  std::uint32_t record = 0;   // how many records come before it in the file
  std::uint16_t host = 0;     // index into hosts()
  std::uint16_t kind = 0;     // index into journal_kinds()
  std::uint32_t subject = 0;  // index into journal_subjects(): the first line of a table's text (its command), else ""
};

class TraceIndex {
 public:
  TraceIndex();
  ~TraceIndex();
  TraceIndex(const TraceIndex&) = delete;
  TraceIndex& operator=(const TraceIndex&) = delete;

  // A file, or "-" for standard input. False: error() says why, in one line that begins with the name.
  bool open(const std::string& path);
  // Takes in what the file has now beyond what is known, at most about `bytes` of it; gives the number of new records
  // and journal entries. Call again while it is above 0; with a growing file, now and then.
  std::size_t update(std::size_t bytes = ~std::size_t{0});

  // --- what is wrong -------------------------------------------------------------------------------------------------
  // Not empty: the file cannot be read, is no trace of ours, or is damaged from some byte on (what came before stands).
  const std::string& error() const { return error_; }
  // Not empty: the file ends within a block (still being written, or its writer was killed).
  std::string notice() const;
  // Share of the file that has been taken in, 0 to 1.
  double progress() const;
  // Waits until there may be more to take in, at most so long. False: a pipe has ended, nothing more will come.
  bool wait(int milliseconds);

  // --- what is in it -------------------------------------------------------------------------------------------------
  const std::string& path() const { return path_; }
  // The newest description.
  const RunInfo& info() const { return info_; }
  // Changes with every new description.
  std::uint32_t info_generation() const { return info_generation_; }
  // The timeline's zero (a "mark" of the journal), or the first record.
  base::Time zero() const;

  std::size_t size() const { return entries_.size(); }
  const IndexEntry& entry(std::size_t i) const { return entries_[i]; }
  const std::vector<WalkEntry>& walks() const { return walks_; }
  const std::vector<HostId>& hosts() const { return hosts_; }
  const std::vector<std::string>& hook_names() const { return hook_names_; }
  // The index of a walk, kNoRecord when there is none.
  std::uint32_t find_walk(WalkId id) const;
  // Record numbers of a walk in order.
  std::vector<std::uint32_t> records_of(std::uint32_t walk) const;

  const std::vector<JournalEntry>& journal() const { return journal_; }
  const std::vector<std::string>& journal_kinds() const { return journal_kinds_; }
  const std::vector<std::string>& journal_subjects() const { return journal_subjects_; }

  // Decoded on demand. False: the file has changed under our feet, error() says so.
  bool record(std::size_t i, Record& record);
  bool journal_record(std::size_t i, JournalRecord& record);

 private:
  // The time of an interface's packets.
  struct Clock {
    std::uint8_t resolution = 6;  // if_tsresol
    std::int64_t offset = 0;      // if_tsoffset, seconds
  };

  void fail(std::string text);
  void damaged(std::uint64_t at, std::string_view what);
  bool begins_section(const std::uint8_t* block, std::uint64_t offset);
  std::size_t scan_blocks(base::ByteView chunk);
  // scan.cc: one block, `offset` bytes into the file. False: damaged.
  bool scan(base::ByteView block, std::uint64_t offset);
  bool scan_section(base::ByteView body, std::uint64_t offset);
  bool scan_interface(base::ByteView body, std::uint64_t offset);
  bool scan_packet(base::ByteView body, std::uint64_t offset);
  void add(IndexEntry entry, WalkId walk, std::uint64_t connection, std::uint64_t flow);
  bool scan_journal(base::ByteView body, std::uint64_t offset);
  base::Time time_of(std::uint32_t interface, std::uint64_t ticks) const;
  bool describe(std::string_view json, std::uint64_t offset);
  std::uint16_t host_index(HostId id);
  std::uint32_t walk_index(WalkId id);
  std::uint8_t hook_index(std::string_view name);
  bool read_block(std::uint64_t offset);  // into block_

  std::string path_, error_;
  std::unique_ptr<TraceSource> source_;
  std::uint64_t position_ = 0;  // of the first block not taken in
  std::uint64_t ignored_ = 0;   // packets that are no records of ours
  bool swapped_ = false, described_ = false, cut_off_ = false;
  base::Time zero_ = base::kNever;
  RunInfo info_;
  std::uint32_t info_generation_ = 0;
  std::vector<IndexEntry> entries_;
  std::vector<WalkEntry> walks_;
  std::vector<JournalEntry> journal_;
  std::vector<HostId> hosts_;
  std::vector<std::string> hook_names_, journal_kinds_, journal_subjects_;
  std::unordered_map<HostId, std::uint16_t> host_indexes_;
  std::unordered_map<std::string, std::uint32_t> subject_indexes_;
  std::vector<std::vector<std::uint32_t>> walk_indexes_;  // by host id, then counter, +1; small ids only
  std::unordered_map<WalkId, std::uint32_t> odd_walks_;   // all others
  std::vector<Clock> clocks_;                             // of the section's interfaces
  std::vector<std::uint8_t> chunk_, block_;
};

}  // namespace lvs::trace
