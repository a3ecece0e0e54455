// SPDX-License-Identifier: GPL-2.0-or-later
// What a zone must have (BIND: zone_postload(), named-checkzone).
#pragma once

#include <string>
#include <vector>

#include "daemons/named/zone.h"

namespace lvs::named {

// False: it is not loaded.
bool check_zone(const Zone& zone, std::vector<std::string>& lines);

}  // namespace lvs::named
