// SPDX-License-Identifier: GPL-2.0-or-later
// What two states of a packet have different, field by field.
#pragma once

#include <string>
#include <vector>

#include "trace/fields.h"

namespace lvs::trace {

struct FieldChange {
  HeaderField before, after;  // one of them may have an empty layer: the field came or went with its header
};

// What differs, in the order of `after`. A tunnel's outer header that came or went makes the inner headers compare with
// each other; a link header that only one has is no change.
std::vector<FieldChange> header_changes(base::ByteView before, bool before_link, base::ByteView after, bool after_link);
// The same of what header_fields() gave; `links`: both have a link header, or each its place for one, all zeros.
std::vector<FieldChange> header_changes(std::vector<HeaderField> before, std::vector<HeaderField> after, bool links);

// "IP dst 10.0.0.100 > 10.0.0.11, TCP dport 80 > 8080"; "+IP 10.0.0.2 > 10.1.0.1 (IPIP)" for a header that came.
// Checksums are left out.
std::string changes_text(const std::vector<FieldChange>& changes);

}  // namespace lvs::trace
