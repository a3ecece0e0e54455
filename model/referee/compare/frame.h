// SPDX-License-Identifier: GPL-2.0-or-later
// Two frames from the same place of two runs of one lab: which of their bytes differ.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "referee/compare/normalise.h"

namespace lvs::referee {

// What Linux leaves open (see normalise.h) may differ, as may
//  - the time that ping writes into its requests (a struct timeval before a counting pattern),
//  - the values of TCP timestamps (RFC 7323), whose clock begins at random (secure_tcp_ts_off),
//  - checksums over any of these, as long as both are right, or both wrong by the same amount.
// Everything else counts, lengths too. The result is as long as the longer frame, true where bytes differ.
std::vector<bool> differing_bytes(base::ByteView left, base::ByteView right, Renaming& renaming, base::Time at);

}  // namespace lvs::referee
