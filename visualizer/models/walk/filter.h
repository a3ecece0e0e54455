// SPDX-License-Identifier: GPL-2.0-or-later
// The filter language of traces (trace/file/filter.h) in the reader's language.
#pragma once

#include <QString>
#include <optional>

#include "trace/file/filter.h"

namespace lvs::view {

// Nothing: `error` says which term cannot be understood.
std::optional<trace::Filter> parseFilter(const QString& text, const trace::TraceIndex& index, QString& error);

}  // namespace lvs::view
