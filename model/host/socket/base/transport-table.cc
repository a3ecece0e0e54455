// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/base/transport-table.h"

#include "host/ip/stack.h"

namespace lvs::host {

TransportTable::TransportTable(SocketCalls& calls, wire::IpProto protocol)
    : calls_(calls),
      host_(calls.host()),
      protocol_(static_cast<std::uint8_t>(protocol)),
      before_(host_.transport(protocol_)) {
  host_.set_transport(protocol_, this);
}

TransportTable::~TransportTable() {
  if (host_.transport(protocol_) == this) host_.set_transport(protocol_, before_);
}

}  // namespace lvs::host
