// SPDX-License-Identifier: GPL-2.0-or-later
// What the hosts said beside their packets: tables at a moment, commands run, events.
#pragma once

#include <QString>
#include <map>
#include <optional>
#include <vector>

#include "trace/file/index.h"

namespace lvs::view {

struct JournalLine {
  base::Time at{};
  QString kind;
  QString text;  // in the viewer's language, where the trace has it in phrases
};

// A kind in the viewer's language: "schedule", "conn", ... as they are for those that are names of programs or
// protocols.
QString kindText(const QString& kind);

class Journal {
 public:
  // Takes in entries of the index that are new.
  void update(const trace::TraceIndex& index);
  void clear();

  // The last table that this command printed on this host when `record` was written: its text behind the command line.
  // False: there is none.
  bool table(trace::TraceIndex& index, trace::HostId host, const QString& command, std::uint32_t record,
             QString& text) const;
  // All that this command printed on this host up to `record`, with the times; oldest first, the newest `count`.
  std::vector<JournalLine> history(trace::TraceIndex& index, trace::HostId host, const QString& command,
                                   std::uint32_t record, std::size_t count) const;
  // Commands whose tables are in the trace for this host, in the order of their first appearance.
  QStringList tables(const trace::TraceIndex& index, trace::HostId host) const;
  // The newest `count` entries of this host of a kind (all but tables where kind is empty), up to `record`; oldest
  // first.
  std::vector<JournalLine> lines(trace::TraceIndex& index, trace::HostId host, const QString& kind,
                                 std::uint32_t record, std::size_t count) const;
  // All entries of a kind, with the record from which on each shows; in order.
  struct Since {
    std::uint32_t record = 0;
    JournalLine line;
  };
  std::vector<Since> all(trace::TraceIndex& index, trace::HostId host, const QString& kind) const;
  // What a record's packet caused there.
  std::vector<JournalLine> caused(trace::TraceIndex& index, trace::HostId host, trace::WalkId walk,
                                  std::uint32_t record) const;

 private:
  using Entries = std::vector<std::uint32_t>;
  void forgetFrom(std::size_t entry);
  Entries::const_iterator upTo(const Entries& entries, std::uint64_t record) const;

  std::size_t known_ = 0, unsure_ = 0;   // entries from `unsure_` on may belong to a record that is still to come
  std::vector<std::uint32_t> seenFrom_;  // by entry: the record that shows it first; those of a list never fall
  std::map<std::pair<std::uint16_t, std::uint32_t>, Entries> tables_;  // by host and subject
  std::map<std::uint16_t, Entries> lines_;                             // by host
};

}  // namespace lvs::view
