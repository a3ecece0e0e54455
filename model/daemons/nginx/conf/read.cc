// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/conf/read.h"

#include "daemons/nginx/conf/handlers.h"
#include "daemons/nginx/conf/reader.h"

namespace lvs::nginx {

std::string_view errno_text(int error) {
  switch (error) {
    case 2: return "2: No such file or directory";
    case 13: return "13: Permission denied";
    case 20: return "20: Not a directory";
    case 21: return "21: Is a directory";
    default: return "5: Input/output error";
  }
}

ConfReading read_conf(const std::string& path, const std::string& given, const ConfHost& host) {
  ConfReading reading;
  ConfReader(host, reading.report, reading.conf).read(path, given);
  reading.report.read();
  if (!reading.report.failed() && !reading.conf.events) reading.report.fail("no \"events\" section in configuration");
  if (const std::string error = missing_zone(reading.conf); !reading.report.failed() && !error.empty())
    reading.report.fail(error);
  return reading;
}

}  // namespace lvs::nginx
