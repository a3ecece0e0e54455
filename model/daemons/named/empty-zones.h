// SPDX-License-Identifier: GPL-2.0-or-later
// Zones that a server which asks others has of its own, so that nobody is asked about private addresses (RFC 6303;
// BIND: bin/named/server.c, empty_zones).
#pragma once

#include <vector>

#include "daemons/named/answer.h"

namespace lvs::named {

// Those of addresses; none of the names that `zones` has already.
void add_empty_zones(std::vector<ServedZone>& zones);

}  // namespace lvs::named
