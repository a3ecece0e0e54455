// SPDX-License-Identifier: GPL-2.0-or-later
// Captures of the NICs of a point, if they are wanted: PREFIX-NODE-DEVICE.pcap, as ns-3 names them. They appear whole
// at the end, or not at all.
#pragma once

#include <ns3/node-container.h>

#include <memory>
#include <vector>

#include "common/output-file.h"
#include "sweep/point.h"

namespace lvs::scenarios {

class PointPcap {
 public:
  // The machines on `nodes` have their NICs.
  PointPcap(const PointSpec& spec, const ns3::NodeContainer& nodes);
  ~PointPcap();
  PointPcap(const PointPcap&) = delete;
  PointPcap& operator=(const PointPcap&) = delete;

  // False: not everything could be written; a line on standard error says why.
  bool finish();

 private:
  class Nic;
  void fail(const std::string& why);

  OutputFiles files_;
  std::vector<std::unique_ptr<Nic>> nics_;
  bool failed_ = false;
};

}  // namespace lvs::scenarios
