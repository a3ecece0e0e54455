// SPDX-License-Identifier: GPL-2.0-or-later
// A line of an access log.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "daemons/nginx/conf/values.h"

namespace lvs::nginx {

const LogFormat& combined_format();
// Its end included. An empty variable is "-", characters that might mislead are escaped.
std::string log_line(const LogFormat& format, const std::function<std::string(const Piece&)>& variable);

// The room that nginx wants for a number in a line, beyond its digits (ngx_http_log_vars).
std::size_t log_slack(Variable variable, std::size_t digits);

}  // namespace lvs::nginx
