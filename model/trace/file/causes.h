// SPDX-License-Identifier: GPL-2.0-or-later
// Which record a journal entry belongs to: the scheduler's choice to the stage that was scheduled, a neighbour entry to
// the ARP message that made it, whether the host wrote the entry before that record or behind it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "trace/file/index.h"

namespace lvs::trace {

// Whoever looks at this record, or a later one, sees what the entry says. kNoRecord: it comes before all records.
// `sure` is false where the record behind the entry is not in the file yet and may change the answer.
std::uint32_t cause_of(const TraceIndex& index, std::size_t entry, bool* sure = nullptr);

}  // namespace lvs::trace
