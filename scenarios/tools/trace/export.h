// SPDX-License-Identifier: GPL-2.0-or-later
// A trace for other programs: frames as captures, records as JSON.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tools/trace/filter.h"
#include "trace/file/index.h"

namespace lvs::scenarios {

using Put = std::function<void(std::string_view)>;

// Each gives the number of records written.
std::size_t export_pcapng(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options,
                          const Put& put);
std::size_t export_pcap(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options, const Put& put);
// Records from number `from` on.
std::size_t export_json(trace::TraceIndex& index, const WalkFilter& filter, std::size_t from, const Put& put);

}  // namespace lvs::scenarios
