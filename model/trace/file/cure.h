// SPDX-License-Identifier: GPL-2.0-or-later
// What to do about a drop, or an answer that should not be: the very line to type, and on which host.
#pragma once

#include <optional>
#include <string>

#include "trace/file/carried.h"
#include "trace/file/index.h"
#include "trace/record.h"

namespace lvs::trace {

struct Cure {
  enum class Kind {
    finding,  // what check says of the lab
    forward,
    rp_filter,
    tunnel_up,
    add_server,
    listen,
    arp_ignore,
    arp_announce,
  };
  Kind kind = Kind::finding;
  std::string host, line;                   // "director", "sysctl -w net.ipv4.ip_forward=1"
  const CarriedFinding* finding = nullptr;  // of `carried`; nullptr: the stage alone says it
  bool typed = true;  // false: `line` says in English words what to change; finding->advice in any language
};

// Nothing: there is nothing wrong here, or no one line mends it. What check has found in the lab comes first. `number`:
// of the record in the index.
std::optional<Cure> cure_of(const TraceIndex& index, const Carried& carried, std::uint32_t number,
                            const Record& record);

}  // namespace lvs::trace
