// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/base/route-error.h"

namespace lvs::host {

SocketError error_of(const Route& route) {
  switch (route.type) {
    case RouteType::unicast:
    case RouteType::local:
    case RouteType::broadcast:
    case RouteType::multicast: return SocketError::none;
    case RouteType::blackhole: return SocketError::invalid;
    case RouteType::prohibit: return SocketError::access;
    case RouteType::unreachable: return SocketError::host_unreachable;
    case RouteType::throw_:
    case RouteType::none: break;
  }
  switch (route.error) {
    case RouteError::host_unreachable: return SocketError::host_unreachable;
    case RouteError::prohibited: return SocketError::access;
    case RouteError::invalid: return SocketError::invalid;
    default: return SocketError::net_unreachable;
  }
}

}  // namespace lvs::host
