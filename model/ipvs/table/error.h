// SPDX-License-Identifier: GPL-2.0-or-later
// Why IPVS refused a change; each is one errno of the kernel, which ipvsadm turns into its message.
#pragma once

#include <cstdint>

namespace lvs::ipvs {

enum class Error : std::uint8_t {
  none,
  exists,               // EEXIST: service, destination or daemon
  no_such_service,      // ESRCH: service or daemon
  no_such_destination,  // ENOENT, from operations on destinations
  no_scheduler,         // ENOENT, from operations on services: scheduler or persistence engine
  invalid,              // EINVAL
  range,                // ERANGE: negative weight, lower threshold above the upper one
  no_such_name,         // ENOENT: no such sysctl
  no_device,            // ENODEV: no such interface
  unreachable,          // ENETUNREACH: it is down
  in_use,               // EADDRINUSE: somebody has the port
};

}  // namespace lvs::ipvs
