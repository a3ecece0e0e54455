// SPDX-License-Identifier: GPL-2.0-or-later
// Which records of a trace lvs-trace is asked for.
#pragma once

#include <string>
#include <vector>

#include "tools/trace/options.h"
#include "trace/file/filter.h"
#include "trace/file/index.h"

namespace lvs::scenarios {

class WalkFilter {
 public:
  WalkFilter(const trace::TraceIndex& index, const WalkOptions& options);

  // Empty, or why the filter can match nothing of this trace: a host or hook that is not there, and what is.
  const std::string& error() const { return error_; }
  bool matches(std::size_t record) const;
  bool matches_walk(std::uint32_t walk) const;  // by number and connection alone

 private:
  void check_hosts();
  void find_own_walks();
  void check_hooks();

  const trace::TraceIndex& index_;
  const WalkOptions& options_;
  trace::Filter filter_;
  std::uint64_t connection_ = 0;
  std::vector<trace::WalkId> own_walks_;
  std::string error_;
};

// The connections of a trace in the order of their first walk.
std::vector<std::uint64_t> connections_of(const trace::TraceIndex& index);

}  // namespace lvs::scenarios
