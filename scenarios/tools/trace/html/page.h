// SPDX-License-Identifier: GPL-2.0-or-later
// Walks as one HTML file that needs nothing else: for browsers, without a network.
#pragma once

#include "tools/trace/export.h"

namespace lvs::scenarios {

// Walks that have a record which the filter wants, whole, up to about a megabyte; the page says how many are left out.
// Gives the number of walks written.
std::size_t export_page(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options, const Put& put);
// False in builds that have no page (inside an ns-3 tree).
bool has_page();

}  // namespace lvs::scenarios
