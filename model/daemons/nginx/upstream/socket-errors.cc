// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/upstream/socket-errors.h"

namespace lvs::nginx {

int errno_of(host::SocketError error) {
  switch (error) {
    case host::SocketError::refused: return 111;
    case host::SocketError::reset: return 104;
    case host::SocketError::aborted: return 103;
    case host::SocketError::timed_out: return 110;
    case host::SocketError::host_unreachable: return 113;
    case host::SocketError::net_unreachable: return 101;
    case host::SocketError::host_down: return 112;
    case host::SocketError::no_network: return 64;
    case host::SocketError::no_protocol: return 92;
    case host::SocketError::not_supported: return 95;
    case host::SocketError::protocol: return 71;
    case host::SocketError::message_size: return 90;
    case host::SocketError::access: return 13;
    case host::SocketError::in_use: return 98;
    case host::SocketError::not_available: return 99;
    case host::SocketError::broken_pipe: return 32;
    default: return 22;
  }
}

}  // namespace lvs::nginx
