// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/virtual/oper-state.h"

#include "host/virtual/bond.h"
#include "host/virtual/bridge.h"
#include "host/virtual/macvlan.h"

namespace lvs::host {

std::string_view oper_state_of(const Device& dev) {
  if (!dev.up) return "down";
  if (!dev.is_ethernet()) return "unknown";
  // A dummy's carrier and that of a bridge without ports never come or go, and so say nothing.
  if (dev.link != nullptr && dev.link->type() == "dummy") return "unknown";
  const VirtualLink* const link = dev.link.get();
  if (const auto* bridge = dynamic_cast<const BridgeLink*>(link); bridge != nullptr && !bridge->had_ports())
    return "unknown";
  if (const auto* macvlan = dynamic_cast<const MacvlanLink*>(link); macvlan != nullptr && !macvlan->state_known())
    return dev.carrier ? "unknown" : "lowerlayerdown";
  if (const auto* bond = dynamic_cast<const BondLink*>(link);
      bond != nullptr && bond->carrier() && !bond->state_known())
    return "unknown";
  // A VLAN takes over what is known of the interface below.
  if (link != nullptr && link->type() == "vlan" && link->lower() != nullptr &&
      oper_state_of(*link->lower()) == "unknown")
    return "unknown";
  if (dev.carrier) return "up";
  // What it rides on is missing (RFC 2863: lowerLayerDown).
  return link != nullptr && link->lower() != nullptr ? "lowerlayerdown" : "down";
}

}  // namespace lvs::host
