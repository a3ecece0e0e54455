// SPDX-License-Identifier: GPL-2.0-or-later
// What the trace of a lab carries beside its packets: the lab's files, how it was run, and what lvs-lab check has found
// in it. Each is an entry of the journal (docs/trace-format.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "trace/advice.h"

namespace lvs::trace {

class TraceIndex;

struct CarriedFile {
  std::string path;  // below the lab's folder: "director.startup", "director/etc/keepalived/keepalived.conf"
  std::string text;
  bool executable = false;
};

struct CarriedFinding {
  std::string sentence;  // for people
  std::string rule;      // "nat-no-forward"
  std::string mistake;   // what the rule is about, in one line
  std::string host;      // where the cure is to be applied
  std::string cure;      // commands, or what to change, in English
  std::string walk;      // "client:3": the third walk that began at client; empty: no walk of the lab's own shows it
  std::optional<Advice> advice = {};  // what `cure` says; nothing: the trace is of another version
};

struct Carried {
  std::vector<CarriedFile> files;
  std::vector<std::string> left_out;  // files that the trace does not have: too large, or no text
  std::vector<std::string> options;   // of the run, as words: "--kernel", "6.12"
  std::vector<CarriedFinding> findings;
  bool checked = false;  // check has looked at the lab; without findings nothing is wrong with it

  // All that there is of a lab is here: it can be run again.
  bool whole() const { return !files.empty() && left_out.empty(); }
};

// Entries for the beginning of a journal: kind and text. Files that are no text or too large are named alone.
using JournalTexts = std::vector<std::pair<std::string, std::string>>;
JournalTexts to_journal(const Carried& carried);

// What a trace carries. Entries that are none of ours, and paths that lead out of a folder, are left out.
Carried carried_by(TraceIndex& index);

// Relative, of plain names: it stays below the folder that it is put into.
bool is_inner_path(std::string_view path);

// The walk of a finding as a number of the trace (index into walks()); nothing: it is not there.
std::optional<std::uint32_t> walk_of(const TraceIndex& index, const CarriedFinding& finding);

}  // namespace lvs::trace
