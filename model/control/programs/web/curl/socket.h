// SPDX-License-Identifier: GPL-2.0-or-later
// Internal to curl.
#pragma once

#include <optional>
#include <string>

#include "control/machine/machine.h"
#include "control/programs/web/curl/curl.h"

namespace lvs::control {

// --interface and --local-port: why it fails, as curl says it, or nothing.
std::optional<std::string> bind_curl(Machine& machine, const CurlOptions& options, host::TcpSocket& socket);

}  // namespace lvs::control
