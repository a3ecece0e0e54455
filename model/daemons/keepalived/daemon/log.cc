// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace lvs::keepalived {

void Log::line(std::string_view ident, control::Pid pid, std::string_view text) const {
  if (console) {
    const auto now = std::chrono::floor<std::chrono::seconds>(machine->epoch + machine->host().now());
    const std::tm date = fmt::gmtime(std::chrono::system_clock::time_point(now));
    console->write(fmt::format("{:%a %b} {:2} {:%H:%M:%S %Y}: {}\n", date, date.tm_mday, date, text));
  }
  if (syslog) machine->log(ident, pid, text);
  if (machine->host().tracing()) machine->host().journal("keepalived", fmt::format("{}[{}]: {}", ident, pid, text));
}

}  // namespace lvs::keepalived
