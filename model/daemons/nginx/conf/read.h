// SPDX-License-Identifier: GPL-2.0-or-later
// Reads an nginx.conf with all that it includes.
#pragma once

#include <string>

#include "daemons/nginx/conf/host.h"
#include "daemons/nginx/conf/report.h"
#include "daemons/nginx/conf/values.h"

namespace lvs::nginx {

struct ConfReading {
  Conf conf;
  ConfReport report;
  bool usable() const { return !report.failed() && report.refusals().empty(); }
};

// `given`: directives in front of the file's (nginx -g).
ConfReading read_conf(const std::string& path, const std::string& given, const ConfHost& host);

}  // namespace lvs::nginx
