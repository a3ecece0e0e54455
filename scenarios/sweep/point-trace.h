// SPDX-License-Identifier: GPL-2.0-or-later
// The packet-walk trace of a point, if one is wanted.
#pragma once

#include <ns3/node-container.h>

#include <memory>

#include "sweep/point.h"
#include "trace/file/writer.h"

namespace ns3 {
class LvsTraceHelper;
}

namespace lvs::scenarios {

class PointTrace {
 public:
  // The machines on `nodes` are set up.
  PointTrace(const PointSpec& spec, const ns3::NodeContainer& nodes);
  ~PointTrace();
  PointTrace(const PointTrace&) = delete;
  PointTrace& operator=(const PointTrace&) = delete;

  // False: not everything could be written; a line on standard error says why.
  bool finish();

 private:
  trace::TraceWriter::Output output(int fd);

  int error_ = 0;  // of the first write that failed
  std::unique_ptr<ns3::LvsTraceHelper> trace_;
};

}  // namespace lvs::scenarios
