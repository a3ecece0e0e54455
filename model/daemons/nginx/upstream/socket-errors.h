// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "host/socket/base/socket.h"

namespace lvs::nginx {

// The number of Linux.
int errno_of(host::SocketError error);

}  // namespace lvs::nginx
