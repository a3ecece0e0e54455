// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/point-trace.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "common/output-file.h"
#include "ns3/lvs-trace-helper.h"

namespace lvs::scenarios {

PointTrace::PointTrace(const PointSpec& spec, const ns3::NodeContainer& nodes) {
  if (spec.trace_fd < 0) return;
  const std::string program = fmt::format("lvs-{}", spec.directors > 1 ? "dns-hybrid" : lower_name_of(spec.method));
  const std::string title =
      fmt::format("{} with {} server{}", name_of(spec.method), spec.servers, spec.servers == 1 ? "" : "s");
  // The load's payload is zeros; nobody misses them.
  trace_ = std::make_unique<ns3::LvsTraceHelper>(program, title, output(spec.trace_fd),
                                                 trace::TraceOptions{.wire_payload = 0, .inside_payload = 0});
  trace_->SetDescription(fmt::format("Scheduler {}, {} load", spec.scheduler, name_of(spec.load)));
  trace_->Install(nodes);
}

PointTrace::~PointTrace() = default;

trace::TraceWriter::Output PointTrace::output(int fd) {
  return [this, fd](std::string_view bytes) {
    const bool good = write_all(fd, bytes);
    if (!good && error_ == 0) error_ = errno;
    return good;
  };
}

bool PointTrace::finish() {
  if (trace_ == nullptr || trace_->Finish()) return true;
  std::cerr << fmt::format("{}: cannot write all of the trace: {}\n", program_invocation_short_name,
                           error_ == 0 ? "" : std::strerror(error_));
  return false;
}

}  // namespace lvs::scenarios
