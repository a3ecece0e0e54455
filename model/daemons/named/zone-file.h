// SPDX-License-Identifier: GPL-2.0-or-later
// Zone files (RFC 1035, 5; BIND: lib/dns/master.c), and what named says of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/named/zone.h"

namespace lvs::named {

struct ZoneReading {
  std::shared_ptr<const Zone> zone;  // nothing: it is not loaded
  std::vector<std::string> lines;    // as named-checkzone prints them
  std::string error;                 // "file not found", "bad dotted quad"
  std::string refused;               // BIND knows it and the model does not; with the place
  bool ok() const { return zone != nullptr && refused.empty(); }
};

// `file`: its name, for messages.
ZoneReading read_zone(const std::string& origin, std::string_view text, const std::string& file);
// One whose servers need no addresses; `text` has no mistakes.
std::shared_ptr<const Zone> built_in_zone(const std::string& origin, std::string_view text);
// There is no such file.
ZoneReading missing_zone(const std::string& origin, const std::string& file);

}  // namespace lvs::named
